/* SPDX-License-Identifier: Apache-2.0 */
/* What another user than root cannot read of what a stage puts into its image. */
#include "facts/access.h"
#include "support/asserts.h"
#include "support/tar.h"

#include <string.h>

static struct arena arena;
static struct context *context;

static void ask(void *data, struct facts_around *out)
{
	(void)data;
	out->context = context;
}

/* "LINE PATH[/] COMMAND|--chmod=MODE|never[ ?];" for each fault; a slash: all below it; "?": not certain. */
static struct text faults_of(const char *text, const struct context_file *files, size_t n)
{
	struct facts_inputs in = { .doc = doc_read(&arena, text_of(text)), .ask_around = ask };
	struct context_tree *tree = context_tree_open_memory(files, n);
	const struct access *x;
	struct facts *f;
	struct buf out = { 0 };
	struct text all;

	assert_true(doc_ok(in.doc));
	context = context_open_all(tree);
	f = facts_open(&arena, &in);
	x = access_of(f, facts_stages(f)->n - 1);
	assert_ptr_equal(x, access_of(f, facts_stages(f)->n - 1));
	for (size_t i = 0; i < x->n; i++) {
		const struct access_fault *a = &x->faults[i];

		assert_true(a->why.n > 0);
		buf_addf(&out, "%s%zu ", i ? "; " : "", in.doc->items[a->item].line);
		buf_add(&out, a->path);
		buf_adds(&out, a->tree ? "/ " : " ");
		if (a->opener == OPEN_FLAG)
			buf_adds(&out, "--chmod=");
		buf_add(&out, a->opener == OPEN_FLAG    ? a->mode
			      : a->opener == OPEN_CHMOD ? a->command
							: TEXT("never"));
		buf_adds(&out, a->certain ? "" : " ?");
		if (a->owner.n) {
			buf_adds(&out, " of ");
			buf_add(&out, a->owner);
		}
	}
	all = arena_text(&arena, buf_text(&out));
	buf_release(&out);
	context_close(context);
	context_tree_close(tree);
	context = NULL;
	return all;
}

struct one {
	const char *lines, *want;
};

static void check(const struct one *cases, size_t ncases, const struct context_file *files, size_t n)
{
	for (size_t i = 0; i < ncases; i++) {
		const char *text = arena_printf(&arena, "FROM debian:12\n%s\n", cases[i].lines).p;
		struct text got = faults_of(text, files, n);

		if (!text_is(got, cases[i].want))
			fail_msg("%s\ngot    %.*s\nwanted %s", cases[i].lines, TEXT_FMT(got), cases[i].want);
	}
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* --- COPY and ADD ----------------------------------------------------------- */

#define FILE_OF(path_, mode_, bytes_)                                                                        \
	{                                                                                                    \
		.path = { path_, sizeof(path_) - 1 }, .mode = mode_, .bytes = { bytes_, sizeof(bytes_) - 1 } \
	}

static void copies(void **state)
{
	static const struct context_file files[] = {
		FILE_OF("open.txt", 0644, "x"),
		FILE_OF("shut.txt", 0600, "x"),
		FILE_OF("run.sh", 0744, "#!/bin/sh\n"),
		FILE_OF("tool", 0700,
			"\x7F"
			"ELF.."),
		FILE_OF("plain", 0744, "text that is none"),
		FILE_OF("key.pem", 0600, "x"),
		FILE_OF("app/a.py", 0644, "x"),
		FILE_OF("app/in/b.py", 0640, "x"),
		FILE_OF("bin/one", 0700, "#!"),
		FILE_OF("bin/sub/two", 0700, "#!"),
		FILE_OF("page1.html", 0640, "x"),
		FILE_OF("page2.html", 0644, "x"),
	};
	static const struct one cases[] = {
		{ "COPY open.txt /a/", "" },
		{ "COPY shut.txt /a/", "2 /a/shut.txt --chmod=0644" },
		{ "COPY shut.txt /etc/x.conf", "2 /etc/x.conf --chmod=0644" },
		{ "WORKDIR /w\nADD shut.txt .", "3 /w/shut.txt --chmod=0644" },
		{ "COPY run.sh /run.sh", "2 /run.sh --chmod=0755" },
		{ "COPY plain /x", "" },
		{ "COPY tool run.sh /usr/local/bin/", "2 /usr/local/bin/ --chmod=0755" },
		{ "COPY tool /usr/local/bin", "2 /usr/local/bin/tool --chmod=0755" },
		/* One mode would be wrong for one of them. */
		{ "COPY open.txt run.sh /a/", "2 /a/run.sh chmod a+rX /a/run.sh" },
		{ "COPY app /srv/app", "2 /srv/app/in/b.py chmod a+rX /srv/app/in/b.py" },
		{ "COPY bin /opt/bin", "2 /opt/bin/ --chmod=0755" },
		{ "COPY page*.html /p/", "2 /p/page1.html --chmod=0644" },
		{ "COPY --chown=app shut.txt /a/", "2 /a/shut.txt --chmod=0644 of app" },
		{ "COPY --chown=0:0 shut.txt /a/", "2 /a/shut.txt --chmod=0644" },
		{ "COPY key.pem /a/", "2 /a/key.pem never" },
		/* --chmod decides */
		{ "COPY --chmod=644 shut.txt /a/", "" },
		{ "COPY --chmod=0750 open.txt /a/", "2 /a/open.txt --chmod=0755" },
		{ "COPY --chmod=u=rwX,go=rX app /a/", "" },
		{ "COPY --chmod=644 app /a", "2 /a/in/ --chmod=0755" },
		{ "ARG M\nCOPY --chmod=$M shut.txt /a/", "" },
		{ "COPY --chmod=600 <<EOF /a\nx\nEOF", "2 /a --chmod=0644" },
		{ "COPY <<EOF /a\nx\nEOF", "" },
		{ "ADD https://x.example/a/b.conf /etc/", "2 /etc/b.conf --chmod=0644" },
		{ "ADD --chmod=755 https://x.example/b /usr/bin/b", "" },
		/* what comes later */
		{ "COPY shut.txt /a/\nRUN chmod 644 /a/shut.txt", "" },
		{ "COPY shut.txt /a/\nRUN chmod -R a+rX /a", "" },
		{ "COPY shut.txt /a/\nRUN rm /a/*.txt", "" },
		{ "COPY shut.txt /a/\nCOPY open.txt /a/shut.txt", "" },
		{ "COPY shut.txt /a/\nRUN chown -R app:app /a", "2 /a/shut.txt --chmod=0644 of app" },
		{ "COPY tool /t\nRUN chmod +x /t", "2 /t --chmod=0755" },
		{ "COPY tool /t\nRUN mv /t /usr/bin/tool", "3 /usr/bin/tool chmod -R a+rX /usr/bin/tool" },
		{ "COPY app/in /a\nRUN find /a -type f -exec chmod 644 {} \\;", "" },
		{ "COPY app/in /a\nRUN find /a -type d -exec chmod 755 {} +", "2 /a/b.py --chmod=0644" },
		{ "COPY shut.txt /tmp/", "" },
		/* other stages */
		{ "COPY shut.txt /a/\nFROM debian:12\nCOPY --from=0 /a /b", "2 /b/shut.txt --chmod=0644" },
		{ "RUN mkdir /a && chmod 700 /a && touch /a/f && chmod 600 /a/f\nFROM debian:12\nCOPY "
		  "--from=0 /a /b",
		  "2 /b/f never" },
		{ "RUN echo >/f && chmod 600 /f\nFROM debian:12\nCOPY --from=0 /f /g", "2 /g never" },
		{ "RUN echo >/f && chmod 700 /f\nFROM debian:12\nCOPY --from=0 /f /g", "4 /g --chmod=0755" },
		{ "RUN echo >/f && chmod 600 /f\nFROM debian:12\nCOPY --from=0 --chmod=644 /f /g", "" },
	};

	(void)state;
	check(cases, COUNT(cases), files, COUNT(files));
}

/* git keeps no more than x: where nothing can be read, it is the umask of this machine. */
static void umask_of_machine(void **state)
{
	static const struct context_file files[] = { FILE_OF("a", 0600, "x"), FILE_OF("d/b", 0600, "x"),
						     FILE_OF("d/e/c", 0700, "#!") };
	static const struct one cases[] = {
		{ "COPY a /a", "2 /a --chmod=0644" },
		{ "COPY . /a", "2 /a/ never ?" },
	};

	(void)state;
	check(cases, COUNT(cases), files, COUNT(files));
}

/* --- archives --------------------------------------------------------------- */

static const struct tar_member tool[] = {
	{ .path = "tool/", .type = '5', .mode = 0755 },
	{ .path = "tool/bin/", .type = '5', .mode = 0755 },
	{ .path = "tool/bin/run", .mode = 0700, .bytes = "#!/bin/sh\n" },
	{ .path = "tool/README", .mode = 0644, .bytes = "x" },
	{ .path = "tool/link", .type = '2', .mode = 0777 },
};

static void archives(void **state)
{
	static const struct tar_member open[] = { { .path = "o/run", .mode = 0755, .bytes = "#!" } };
	static const struct tar_member dot[] = { { .path = "./", .type = '5', .mode = 0700 },
						 { .path = "./a", .mode = 0644, .bytes = "x" } };
	static const struct tar_member rootfs[] = { { .path = "etc/passwd", .mode = 0644 },
						    { .path = "var/x/", .type = '5', .mode = 0700 } };
	const struct context_file files[] = {
		{ .path = TEXT("tool.tar.gz"),
		  .bytes = tar_gzip(&arena, tar_make(&arena, tool, COUNT(tool))) },
		{ .path = TEXT("tool.tar"), .bytes = tar_make(&arena, tool, COUNT(tool)) },
		{ .path = TEXT("open.tgz"), .bytes = tar_gzip(&arena, tar_make(&arena, open, COUNT(open))) },
		{ .path = TEXT("dot.tar"), .bytes = tar_make(&arena, dot, COUNT(dot)) },
		{ .path = TEXT("rootfs.tar"), .bytes = tar_make(&arena, rootfs, COUNT(rootfs)) },
		{ .path = TEXT("x.tar.xz"),
		  .bytes = { "\xFD"
			     "7zXZ\0....",
			     10 } },
		{ .path = TEXT("tool.zip"), .bytes = zip_make(&arena, "tool/run", 0700, "#!/bin/sh\n") },
	};
	static const struct one cases[] = {
		{ "ADD tool.tar.gz /opt/", "2 /opt/tool/bin/run chmod -R a+rX /opt/tool" },
		{ "COPY tool.tar.gz /opt/", "" },
		{ "ADD tool.tar.gz /opt/\nRUN mv /opt/tool /opt/prog", "3 /opt/prog/bin/run chmod -R a+rX /opt/prog" },
		{ "ADD tool.tar.gz /srv/x/\nRUN mv /srv/x /srv/y && mv /srv/y/tool /srv/prog && rm -rf /srv/x",
		  "3 /srv/prog/bin/run chmod -R a+rX /srv/prog" },
		{ "ADD tool.tar.gz /srv/x/\nRUN cp -r /srv/x/tool/. /opt/t/ && rm -rf /srv/x",
		  "3 /opt/t/bin/run chmod -R a+rX /opt/t" },
		{ "ADD open.tgz /opt/", "" },
		{ "ADD dot.tar /opt/x/", "" },
		{ "ADD rootfs.tar /", "" },
		{ "ADD x.tar.xz /opt/x", "2 /opt/x/ chmod -R a+rX /opt/x ?" },
		{ "COPY tool.tar.gz /tmp/t.tgz\nRUN cd /opt && tar xzf /tmp/t.tgz",
		  "3 /opt/tool/bin/run chmod -R a+rX /opt/tool" },
		{ "COPY tool.tar.gz /tmp/t.tgz\nRUN tar -C /opt -xf /tmp/t.tgz && rm /tmp/t.tgz",
		  "3 /opt/tool/bin/run chmod -R a+rX /opt/tool" },
		{ "COPY tool.tar.gz /tmp/t.tgz\nRUN tar -C /opt -xf /tmp/t.tgz && chmod -R a+rX /opt/tool",
		  "" },
		{ "COPY tool.tar.gz /tmp/t.tgz\nRUN tar -C /opt -xf /tmp/t.tgz tool/README", "" },
		{ "COPY tool.tar.gz /tmp/t.tgz\nRUN tar tf /tmp/t.tgz", "" },
		{ "COPY tool.tar /t\nWORKDIR /usr\nRUN tar xf /t --strip-components=1",
		  "4 /usr/bin/run chmod a+rX /usr/bin/run" },
		{ "COPY tool.tar /t\nRUN mkdir /srv/t && cat /t | tar x -C /srv/t --strip 2",
		  "3 /srv/t/run chmod a+rX /srv/t/run" },
		{ "COPY tool.tar.gz /t\nRUN gunzip -c /t | tar -x -C /opt",
		  "3 /opt/tool/bin/run chmod -R a+rX /opt/tool" },
		{ "RUN --mount=type=bind,source=tool.tar,target=/t.tar tar xf /t.tar -C /opt",
		  "2 /opt/tool/bin/run chmod -R a+rX /opt/tool" },
		{ "COPY tool.tar /tmp/\nRUN cd /tmp && tar xf tool.tar && mv tool /opt/mine",
		  "3 /opt/mine/bin/run chmod -R a+rX /opt/mine" },
		{ "COPY tool.tar /tmp/\nRUN cd /tmp && tar xf tool.tar && cp tool/bin/run /usr/local/bin/ && "
		  "rm -r tool",
		  "3 /usr/local/bin/run chmod -R a+rX /usr/local/bin/run" },
		{ "COPY tool.tar /tmp/\nRUN cd /tmp && tar xf tool.tar && install tool/bin/run "
		  "/usr/local/bin/",
		  "" },
		{ "COPY tool.tar /tmp/\nRUN tar xf /tmp/tool.tar -C /opt\nFROM debian:12\nCOPY --from=0 "
		  "/opt/tool /opt/tool",
		  "3 /opt/tool/bin/run chmod -R a+rX /opt/tool" },
		{ "COPY dot.tar /t\nRUN mkdir /srv/a && tar xf /t -C /srv/a", "3 /srv/a/ chmod a+rX /srv/a" },
		{ "COPY tool.zip /t.zip\nRUN unzip -q /t.zip -d /opt",
		  "3 /opt/tool/run chmod -R a+rX /opt/tool" },
		{ "COPY tool.zip /t.zip\nRUN unzip -j /t -d /opt/a", "3 /opt/a/run chmod a+rX /opt/a/run" },
		/* Downloads */
		{ "RUN mkdir -p /opt/t && curl -L https://x.example/t.tgz | tar xz -C /opt/t",
		  "2 /opt/t/ chmod -R a+rX /opt/t ?" },
		{ "RUN wget https://x.example/t.tgz && tar xzf t.tgz -C /usr/local",
		  "2 /usr/local/ never ?" },
		{ "RUN curl https://x.example/t.tgz | tar xz -C /tmp", "" },
		{ "RUN curl https://x.example/t.tgz | tar xz -C /usr/local/bin --strip-components=1 t-1/run",
		  "2 /usr/local/bin/run chmod a+rX /usr/local/bin/run ?" },
		{ "RUN curl https://x.example/t.tgz | tar xz -C /usr/local/bin run && chmod 755 "
		  "/usr/local/bin/run",
		  "" },
		{ "RUN curl https://x.example/t.tgz | tar xz -C /opt/t && chmod -R 755 /opt/t", "" },
	};

	(void)state;
	check(cases, COUNT(cases), files, COUNT(files));
}

/* --- RUN -------------------------------------------------------------------- */

static void runs(void **state)
{
	static const struct context_file files[] = { FILE_OF("x.sh", 0644, "#!/bin/sh\n"),
						     FILE_OF("y.sh", 0755, "#!/bin/sh\n") };
	static const struct one cases[] = {
		{ "RUN chmod 755 /a", "" },
		{ "RUN chmod 700 /a.sh", "2 /a.sh chmod a+rX /a.sh" },
		{ "RUN chmod 700 /a.sh && chmod 755 /a.sh", "" },
		{ "RUN chmod 700 /a.sh\nRUN chmod o+rx /a.sh", "" },
		{ "RUN chmod -R go-rwx /srv/x", "2 /srv/x/ chmod -R a+rX /srv/x" },
		{ "RUN chmod -R go-rwx /srv/x\nRUN chmod -R 0755 /srv", "" },
		{ "RUN chmod u=rwx,go= /a", "2 /a chmod a+rX /a" },
		{ "RUN chmod -x /a", "" },
		{ "RUN chmod 600 /srv/my.key", "2 /srv/my.key never" },
		{ "RUN chmod 0440 /etc/sudoers.d/app && chmod 600 /etc/cron.d/x", "" },
		{ "COPY x.sh /x.sh\nRUN chmod u+x /x.sh", "3 /x.sh chmod a+rX /x.sh" },
		{ "COPY x.sh /x.sh\nRUN chmod +x /x.sh", "" },
		{ "COPY y.sh /y.sh\nRUN chmod u+x /y.sh", "" },
		{ "RUN chmod u+x /unseen", "" },
		{ "RUN chmod 744 /unseen", "2 /unseen chmod a+rX /unseen ?" },
		{ "RUN chmod 4711 /usr/bin/x", "" },
		{ "COPY x.sh /etc/x/\nRUN chmod 644 /etc/x", "" },
		{ "RUN chmod -R 644 /srv/x && find /srv/x -type d -exec chmod 755 {} \\;", "" },
		{ "RUN chmod -R 644 /srv/x && find /srv/x -type f -exec chmod 755 {} \\;",
		  "2 /srv/x/ chmod -R a+rX /srv/x" },
		{ "RUN chown -R app:app /srv && chmod -R 700 /srv/x", "2 /srv/x/ never ? of app" },
		{ "USER app\nRUN mkdir -m 700 /srv/x", "3 /srv/x/ never ? of app" },
		{ "RUN chmod -R 644 /etc/my.cnf", "" },
		{ "RUN chmod 600 /data/x.json", "2 /data/x.json never" },
		{ "RUN install -m 700 a /usr/bin/a", "2 /usr/bin/a chmod a+rX /usr/bin/a" },
		{ "RUN install -d -m 0700 /srv/d", "2 /srv/d/ chmod a+rX /srv/d" },
		{ "RUN install -m 755 a /usr/bin/a && mkdir -p /b", "" },
		{ "RUN mkdir -m 700 /srv/d && chown app /srv/d", "2 /srv/d/ never ? of app" },
		{ "RUN umask 077 && mkdir /srv/d && umask 022 && mkdir /srv/e",
		  "2 /srv/d/ chmod -R a+rX /srv/d" },
		{ "ENV D=/srv/d\nRUN mkdir -m 700 $D", "3 /srv/d/ chmod a+rX /srv/d" },
		{ "ARG D=x\nRUN mkdir -m 700 \"/srv/$D\"", "3 /srv/${D}/ chmod a+rX \"/srv/${D}\" ?" },
		{ "RUN mkdir -m 700 '/srv/a b'", "2 /srv/a b/ chmod a+rX '/srv/a b'" },
		{ "RUN --mount=type=cache,target=/c mkdir -m 700 /c/d", "" },
		{ "RUN (cd /srv && mkdir -m 700 d); mkdir -m 755 d", "2 /srv/d/ chmod a+rX /srv/d" },
		{ "RUN chmod $M /a", "" },
	};

	(void)state;
	check(cases, COUNT(cases), files, COUNT(files));
}

/* --- root's home ------------------------------------------------------------- */

static void home(void **state)
{
	static const struct one cases[] = {
		{ "WORKDIR /root", "2 /root/ never" },
		{ "WORKDIR /root/app\nCOPY x .\nCMD ./x", "2 /root/app/ never" },
		{ "WORKDIR /root\nWORKDIR /app", "" },
		{ "COPY x /root/x", "2 /root/x/ never ?" },
		{ "COPY x /root/x\nCMD [\"/root/x\"]", "2 /root/x/ never" },
		{ "COPY .curlrc x /root/", "2 /root/ never ?" },
		{ "ENV HOME=/root\nCOPY x /root/x", "2 /root/ never ?; 3 /root/x/ never ?" },
		{ "COPY x /root/.ssh/", "" },
		{ "WORKDIR /root\nRUN chmod 755 /root", "" },
		{ "COPY x /root/x\nRUN mv /root/x /usr/bin/x", "" },
		{ "RUN pip install --user flask", "2 /root/.local/ never" },
		{ "ENV PYTHONUSERBASE=/opt/py\nRUN pip install --user flask", "" },
		{ "RUN useradd app\nUSER app\nRUN pip install --user flask", "" },
		{ "RUN pip install --user flask\nENV PATH=/root/.local/bin:$PATH", "2 /root/.local/ never" },
		{ "ENV PATH=\"/root/.bun/bin:${PATH}\"", "2 /root/.bun/bin/ never ?" },
		{ "ENV PATH=/root/.tool/bin:$PATH\nCMD [\"tool\"]", "2 /root/.tool/bin/ never" },
		{ "RUN curl https://sh.rustup.rs -sSf | sh -s -- -y", "2 /root/.cargo/ never ?" },
		{ "RUN curl https://sh.rustup.rs -sSf | sh -s -- -y\nCMD cargo run",
		  "2 /root/.cargo/ never" },
		{ "ENV CARGO_HOME=/usr/local/cargo\nRUN curl https://sh.rustup.rs | sh", "" },
		{ "RUN export CARGO_HOME=/opt/c && curl https://sh.rustup.rs | sh", "" },
		{ "RUN curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.39.0/install.sh | bash",
		  "2 /root/.nvm/ never" },
		{ "RUN npm config set prefix ~/.npm-global", "2 /root/.npm-global/ never" },
		{ "CMD [\"/root/app/run\", \"-x\"]", "2 /root/app/run/ never" },
		{ "CMD [\"/srv/root/app\"]", "" },
		{ "RUN ln -s /root/.local/bin/x /usr/bin/x", "2 /root/.local/bin/x/ never" },
		{ "RUN mkdir -p /root/.cache && chmod 700 /root/.ssh", "" },
	};

	(void)state;
	check(cases, COUNT(cases), NULL, 0);
	/* A base that is not known may run it as another user. */
	assert_text(faults_of("FROM x.example/a\nRUN pip install --user flask\n", NULL, 0),
		    "2 /root/.local/ never ?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(copies, teardown),
		cmocka_unit_test_teardown(umask_of_machine, teardown),
		cmocka_unit_test_teardown(archives, teardown),
		cmocka_unit_test_teardown(runs, teardown),
		cmocka_unit_test_teardown(home, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
