/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/programs.h"

#include "facts/command.h"
#include "facts/managers.h"

/* From the programs' manuals; package managers have their own table (managers.c). */
static const struct program programs[] = {
	{ "curl",
	  "-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z "
	  "--abstract-unix-socket --alt-svc --aws-sigv4 --cacert --capath --cert --cert-type --ciphers "
	  "--config --connect-timeout --connect-to --continue-at --cookie --cookie-jar --create-file-mode "
	  "--crlfile --curves --data --data-ascii --data-binary --data-raw --data-urlencode --delegation "
	  "--dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-url --dump-header --egd-file "
	  "--engine --etag-compare --etag-save --expect100-timeout --form --form-string --ftp-account "
	  "--ftp-alternative-to-user --ftp-method --ftp-port --ftp-ssl-ccc-mode --happy-eyeballs-timeout-ms "
	  "--header --hostpubmd5 --hostpubsha256 --hsts --interface --json --keepalive-time --key --key-type "
	  "--krb --libcurl --limit-rate --local-port --login-options --mail-auth --mail-from --mail-rcpt "
	  "--max-filesize --max-redirs --max-time --netrc-file --noproxy --oauth2-bearer --output "
	  "--output-dir --parallel-max --pass --pinnedpubkey --preproxy --proto --proto-default --proto-redir "
	  "--proxy --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers "
	  "--proxy-crlfile --proxy-header --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey "
	  "--proxy-service-name --proxy-tls13-ciphers --proxy-tlsauthtype --proxy-tlspassword --proxy-tlsuser "
	  "--proxy-user --proxy1.0 --pubkey --quote --random-file --range --rate --referer --request "
	  "--request-target --resolve --retry --retry-delay --retry-max-time --sasl-authzid --service-name "
	  "--socks4 --socks4a --socks5 --socks5-gssapi-service --socks5-hostname --speed-limit --speed-time "
	  "--stderr --telnet-option --tftp-blksize --time-cond --tls-max --tls13-ciphers --tlsauthtype "
	  "--tlspassword --tlsuser --trace --trace-ascii --trace-config --unix-socket --upload-file --url "
	  "--url-query --user --user-agent --variable --write-out",
	  STYLE_GETOPT, false },
	{ "wget",
	  "-a -A -B -D -e -i -I -l -o -O -P -Q -R -t -T -U -w -X --accept --accept-regex --append-output "
	  "--backups --base --bind-address --body-data --body-file --ca-certificate --ca-directory "
	  "--certificate --certificate-type --ciphers --compression --config --connect-timeout --crl-file "
	  "--cut-dirs --default-page --directory-prefix --dns-timeout --domains --exclude-directories "
	  "--exclude-domains --execute --follow-tags --ftp-password --ftp-user --header --http-password "
	  "--http-user --ignore-tags --include-directories --input-file --level --limit-rate --load-cookies "
	  "--local-encoding --method --output-document --output-file --password --pinnedpubkey --post-data "
	  "--post-file --prefer-family --private-key --private-key-type --progress --proxy-password "
	  "--proxy-user --quota --read-timeout --referer --regex-type --reject --reject-regex --rejected-log "
	  "--remote-encoding --report-speed --restrict-file-names --retry-on-http-error --save-cookies "
	  "--secure-protocol --start-pos --timeout --tries --use-askpass --user --user-agent --wait "
	  "--waitretry --warc-dedup --warc-file --warc-header --warc-max-size --warc-tempdir",
	  STYLE_GETOPT, false },
	{ "chmod", "--reference", STYLE_GETOPT, false },
	{ "chown", "--reference --from", STYLE_GETOPT, false },
	{ "chgrp", "--reference", STYLE_GETOPT, false },
	{ "install", "-m --mode -o --owner -g --group -t --target-directory -S --suffix --strip-program", STYLE_GETOPT, false },
	{ "mkdir", "-m --mode", STYLE_GETOPT, false },
	{ "touch", "-d --date -r --reference -t", STYLE_GETOPT, false },
	{ "rm rmdir cat tee ls true false echo printf", "", STYLE_GETOPT, false },
	{ "cp mv ln", "-t --target-directory -S --suffix", STYLE_GETOPT, false },
	{ "tar bsdtar",
	  "-f --file -C --directory --strip-components --strip -T --files-from -X --exclude-from --exclude -I "
	  "--use-compress-program --owner --owner-map --group --group-map --mode --transform --xform -b --blocking-factor --warning "
	  "--mtime --sort -H --format -K --starting-file -N --newer --newer-mtime -V --label -g --listed-incremental --level "
	  "--exclude-tag --to-command --checkpoint-action --xattrs-include --xattrs-exclude --suffix",
	  STYLE_GETOPT, false },
	{ "unzip", "-d -x -P", STYLE_GETOPT, false },
	{ "git", "-C -c --git-dir --work-tree --namespace --config-env", STYLE_GETOPT, true },
	{ "useradd", "-b -c -d -e -f -g -G -k -K -p -R -P -s -u -Z --base-dir --comment --home-dir --home --expiredate --inactive "
		     "--gid --groups --skel --key --password --root --prefix --shell --uid --selinux-user --selinux-range",
	  STYLE_GETOPT, false },
	{ "usermod", "-c -d -e -f -g -G -l -p -R -P -s -u -v -V -w -W -Z --comment --home --expiredate --inactive --gid --groups --login "
		     "--password --root --prefix --shell --uid --add-subuids --del-subuids --add-subgids --del-subgids --selinux-user",
	  STYLE_GETOPT, false },
	{ "groupadd", "-g --gid -K --key -p --password -R --root -P --prefix -U --users", STYLE_GETOPT, false },
	{ "groupmod", "-g --gid -n --new-name -p --password -R --root -P --prefix -U --users", STYLE_GETOPT, false },
	{ "userdel groupdel", "-R --root -P --prefix", STYLE_GETOPT, false },
	{ "deluser delgroup", "--conf --backup-to --backup-suffix", STYLE_GETOPT, false },
	/* Debian's, BusyBox's, and that which is useradd */
	{ "adduser", "-h -g -s -G -u -k -b -c -d -p -e -f -K --home --shell --ingroup --uid --gid --gecos --comment --conf --firstuid --lastuid "
		     "--firstgid --lastgid --home-dir --base-dir --groups --password --skel", STYLE_GETOPT, false },
	{ "addgroup", "-g --gid --conf --firstgid --lastgid", STYLE_GETOPT, false },
	{ "rpm", "-D --define --root --dbpath --prefix --relocate --excludepath -E --eval", STYLE_GETOPT, false },
	{ "dpkg", "--root --admindir --instdir --log", STYLE_GETOPT, false },
	{ "sed", "-e --expression -f --file -l --line-length", STYLE_GETOPT, false },
	{ "grep egrep fgrep", "-e --regexp -f --file -m --max-count -A -B -C --after-context --before-context --context --include --exclude "
			      "--exclude-from --exclude-dir -d --directories -D --devices --label --binary-files", STYLE_GETOPT, false },
	{ "head", "-n --lines -c --bytes", STYLE_GETOPT, false },
	{ "tail", "-n --lines -c --bytes -s --sleep-interval --pid", STYLE_GETOPT, false },
	{ "find", "", STYLE_WORDS, false },
	{ "set", "-o +o", STYLE_GETOPT, false },
	{ "sh bash dash ash", "-o -O --rcfile --init-file", STYLE_GETOPT, true },
	{ "apt-key", "--keyring", STYLE_GETOPT, false },
	{ "gunicorn uvicorn", "-b --bind -w --workers -k --worker-class -t --timeout --host --port -c --config", STYLE_GETOPT, false },
};

static const struct prefix_program prefixes[] = {
	{ { "sudo", "-u --user -g --group -p --prompt -C --close-from -h --host -T --command-timeout -U --other-user -r --role "
		    "-t --type -D --chdir -R --chroot", STYLE_GETOPT, true },
	  PREFIX_SUDO, "-u --user -g --group", "-l --list -v --validate -K -e --edit -V --version -i --login -s --shell", 0, true },
	{ { "doas", "-u -C", STYLE_GETOPT, true }, PREFIX_SUDO, "-u", "-s -C -L", 0, false },
	{ { "gosu su-exec", "", STYLE_GETOPT, true }, PREFIX_USER, NULL, NULL, 1, false },
	{ { "env", "-u --unset -C --chdir -S --split-string -a --argv0", STYLE_GETOPT, true }, PREFIX_ENV, NULL, "-S --split-string", 0, true },
	{ { "exec", "-a", STYLE_GETOPT, true }, PREFIX_EXEC, NULL, NULL, 0, false },
	{ { "xargs", "-n --max-args -I -L -P --max-procs -d --delimiter -a --arg-file -E -s --max-chars --process-slot-var", STYLE_GETOPT, true },
	  PREFIX_XARGS, NULL, NULL, 0, false },
	{ { "command builtin", "", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, "-v -V", 0, false },
	{ { "nice", "-n --adjustment", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, NULL, 0, false },
	{ { "ionice", "-c --class -n --classdata", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, "-p --pid", 0, false },
	{ { "timeout", "-s --signal -k --kill-after", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, NULL, 1, false },
	{ { "stdbuf", "-i -o -e --input --output --error", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, NULL, 0, false },
	{ { "time", "-o --output -f --format", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, NULL, 0, false },
	{ { "fakeroot", "-l --lib --faked -s -i -b", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, NULL, 0, false },
	{ { "tini tini-static catatonit docker-init", "-e -p", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, "--version -h", 0, false },
	{ { "dumb-init", "-r --rewrite", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, "-V --version -h --help", 0, false },
	{ { "nohup eatmydata setsid", "", STYLE_GETOPT, true }, PREFIX_OTHER, NULL, NULL, 0, false },
	{ { "setpriv", "--ambient-caps --apparmor-profile --bounding-set --egid --euid --gid --groups --inh-caps --pdeathsig --regid "
		       "--reuid --rgid --ruid --securebits --selinux-label", STYLE_GETOPT, true },
	  PREFIX_USER, NULL, "-d --dump", 0, false },
};

const struct program *program_find(struct text name)
{
	const struct manager *m = manager_of_program(name);

	if (m)
		return &m->program;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (words_hold(programs[i].names, name))
			return &programs[i];
	return NULL;
}

const struct program *program_at(size_t i)
{
	return i < sizeof(programs) / sizeof(programs[0]) ? &programs[i] : NULL;
}

const struct prefix_program *prefix_at(size_t i)
{
	return i < sizeof(prefixes) / sizeof(prefixes[0]) ? &prefixes[i] : NULL;
}

const struct prefix_program *prefix_find(struct text name)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (words_hold(prefixes[i].program.names, name))
			return &prefixes[i];
	return NULL;
}
