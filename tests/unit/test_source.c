/* SPDX-License-Identifier: Apache-2.0 */
#include "support/asserts.h"

#include "facts/source.h"
#include "facts/source_short.h"

#include <string.h>

/* What was found, a word each: "file:/data/x", "below:cwd:cache", "folder:here:up?UP_DIR+a" (a variable and what follows its
 * value); ports "3000?PORT" and "9001@local". */
struct row {
	enum source_language language;
	const char *code, *want;
};

static void add_write(struct buf *b, const struct source_write *w)
{
	static const char *const effects[] = { "file:", "folder:", "new:", "below:" };
	static const char *const places[] = { "", "cwd:", "here:", "home:", "temp:", "unknown" };

	buf_adds(b, b->n ? " " : "");
	buf_adds(b, effects[w->effect]);
	buf_adds(b, places[w->place]);
	buf_add(b, w->path);
	buf_adds(b, w->env.n ? "?" : "");
	buf_add(b, w->env);
	buf_adds(b, w->rest.n ? "+" : "");
	buf_add(b, w->rest);
	assert_true(w->line > 0 && w->call.n > 0);
}

static void add_port(struct buf *b, const struct source_port *p)
{
	buf_adds(b, b->n ? " " : "");
	buf_add(b, p->port);
	buf_adds(b, p->env.n ? "?" : "");
	buf_add(b, p->env);
	buf_adds(b, p->local ? "@local" : "");
}

static void check(const struct row *rows, size_t n, bool ports)
{
	for (size_t i = 0; i < n; i++) {
		struct arena a = { 0 };
		struct buf got = { 0 };
		struct source s;

		source_read(&a, rows[i].language, text_of(rows[i].code), &s);
		for (size_t k = 0; k < s.nwrites && !ports; k++)
			add_write(&got, &s.writes[k]);
		for (size_t k = 0; k < s.nports && ports; k++)
			add_port(&got, &s.ports[k]);
		if (!text_is(buf_text(&got), rows[i].want))
			fail_msg("%s\ngot    \"%.*s\"\nwanted \"%s\"", rows[i].code, TEXT_FMT(buf_text(&got)), rows[i].want);
		buf_release(&got);
		arena_release(&a);
	}
}

static void test_languages(void **state)
{
	static const struct {
		const char *path, *bytes;
		enum source_language want;
	} rows[] = {
		{ "a/app.py", "", PY },	 { "server.mjs", "", JS },  { "x.tsx", "", JS },	   { "types.d.ts", "", SOURCE_NONE },
		{ "i.php", "", PHP },	 { "config.ru", "", RB },   { "m.kt", "", JV },		   { "README.md", "", SOURCE_NONE },
		{ "x.hpp", "", CC },	 { "main.rs", "", RS },	    { "P.cs", "", CS },		   { "app.psgi", "", PL },
		{ "main.go", "", GO },	 { "run", "#!/bin/sh\n", SOURCE_NONE }, { "run", "#!/usr/bin/env python3\n", PY },
		{ "run", "#!/usr/bin/env -S node --x\n", JS },	    { "run", "#! /usr/bin/perl -w", PL }, { "run", "", SOURCE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (source_language(text_of(rows[i].path), text_of(rows[i].bytes)) != rows[i].want)
			fail_msg("%s", rows[i].path);
	assert_string_equal(source_language_name(CS), "C#");
}

static void test_python(void **state)
{
	static const struct row rows[] = {
		{ PY, "open('x')\nopen('x', 'r')\nopen('x', mode='rb')\nopen(f)\n", "" },
		{ PY, "with open('x', 'w') as f: pass\nopen(\"/y\", mode='ab')\nopen('z', 'r+')", "file:cwd:x file:/y file:cwd:z" },
		{ PY, "F = '/data/count'\ndef g():\n    open(F, 'w')\n", "file:/data/count" },
		{ PY, "def g(F):\n    open(F, 'w')\n", "file:unknown" },
		{ PY, "F = '/a'\nF = '/b'\nopen(F, 'w')\n", "file:/b" },
		{ PY, "F = '/a'\nif x:\n    F = '/b'\nopen(F, 'w')\n", "file:unknown" },
		{ PY, "def a():\n    p = 'x'\n    open(p, 'w')\ndef b():\n    p = 'y'\n    open(p, 'w')\n", "file:cwd:x file:cwd:y" },
		{ PY, "import os\nopen(os.path.join('a', 'b', name), 'w')", "below:cwd:a/b" },
		{ PY, "open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'db', 'x'), 'w')", "file:here:db/x" },
		{ PY, "BASE = Path(__file__).resolve().parent.parent\n(BASE / 'media').mkdir(exist_ok=True, parents=True)", "folder:here:../media" },
		{ PY, "B = Path(__file__).resolve().parents[1]\n(B / 'm' / 'n').mkdir()", "new:here:../m/n" },
		{ PY, "Path('out.txt').write_text('x')\nPath('a', 'b').write_bytes(b)", "file:cwd:out.txt file:cwd:a/b" },
		{ PY, "p = Path('x')\np.mkdir(parents=True, exist_ok=True)\np.mkdir()\nq.mkdir()", "folder:cwd:x new:cwd:x new:unknown" },
		{ PY, "\n\n\n\nos.mkdir('x')\n", "new:cwd:x" },
		{ PY, "if not os.path.exists('x'):\n    os.mkdir('x')", "folder:cwd:x" },
		{ PY, "try:\n    os.makedirs('/x/y')\nexcept FileExistsError:\n    pass", "folder:/x/y" },
		{ PY, "os.makedirs('/x/y', exist_ok=True)", "folder:/x/y" },
		{ PY, "from os import makedirs\nmakedirs('x', exist_ok=True)", "folder:cwd:x" },
		{ PY, "makedirs('x', exist_ok=True)", "" },
		{ PY, "open(f'cache/{name}.json', 'w')", "below:cwd:cache" },
		{ PY, "D = 'cache'\nopen(f\"{D}/a/{b!r:>10}\", 'w')\nopen(f'{D}/x{{', 'w')", "below:cwd:cache/a below:cwd:cache" },
		{ PY, "open('cache/%s' % x, 'w')\nopen('{}/y'.format('/a'), 'w')\nopen('%s/%s.x' % ('/b', n), 'w')", "below:cwd:cache file:/a/y below:/b" },
		{ PY, "open(rb'x' r'y', 'w')\nopen('''a\nb''', 'w')\n# open('c', 'w')\nopen('d', 'w')", "file:cwd:xy file:unknown file:cwd:d" },
		{ PY, "open(os.environ.get('OUT', '/data/o') + '/x', 'w')", "file:/data/o/x?OUT+x" },
		{ PY, "D = os.getenv('D')\nopen(D, 'w')\nopen(os.environ['E'] + '/x', 'w')", "file:unknown?D file:unknown?E+x" },
		{ PY, "D = os.environ.get('D') or '/d'\nopen(D + '/x', 'w')\nopen(get_env('Q', 'q'), 'w')", "file:/d/x?D+x file:cwd:q?Q" },
		{ PY, "open(os.path.expanduser('~/.x/y'), 'w')\nopen(Path.home() / 'z', 'w')", "file:home:.x/y file:home:z" },
		{ PY, "open(os.path.join(tempfile.gettempdir(), 'x'), 'w')\ntempfile.mkdtemp()", "file:temp:x file:temp:" },
		{ PY, "with tempfile.TemporaryDirectory() as t:\n    open(t + '/x', 'w')", "file:temp: file:temp:x" },
		{ PY, "with tempfile.NamedTemporaryFile() as t:\n    os.unlink(t.name)", "file:temp: below:temp:" },
		{ PY, "tempfile.mkdtemp(dir='/w')\ntempfile.mkdtemp(dir=x)", "below:/w below:unknown" },
		{ PY, "sqlite3.connect('data/x.db')\nsqlite3.connect(':memory:')\nsqlite3.connect('file:/y/z.db?mode=rwc', uri=True)", "below:cwd:data below:/y" },
		{ PY, "X = 'sqlite:////data/x.db'\nY = 'sqlite:///y.db'\nif X.startswith('sqlite:///'): pass", "below:/data below:cwd:" },
		{ PY, "SQLALCHEMY_DATABASE_URI = 'sqlite:///' + os.path.join(basedir, 'a.db')\nbasedir = os.path.dirname(__file__)", "below:here:" },
		{ PY, "app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///a.db'", "below:cwd:instance below:here:" },
		{ PY, "D = {'default': {'ENGINE': 'x', 'NAME': BASE_DIR / 'db.sqlite3'}}\nBASE_DIR = Path(__file__).parent", "below:here:" },
		{ PY, "D = {'NAME': 'postgres'}", "" },
		{ PY, "logging.basicConfig(level=1, filename='logs/a.log')\nlogging.basicConfig(level=2)", "file:cwd:logs/a.log" },
		{ PY, "from logging.handlers import RotatingFileHandler\nRotatingFileHandler('/l/a.log', maxBytes=1)", "below:/l" },
		{ PY, "L = {'h': {'filename': '/var/log/a.log'}}", "below:/var/log" },
		{ PY, "app.config['UPLOAD_FOLDER'] = 'up'\nMEDIA_ROOT = os.path.join(os.getcwd(), 'm')", "below:cwd:up below:cwd:m" },
		{ PY, "f.save(os.path.join('up', name))\nform.save()\nform.save(commit=False)\nuser.save(x)", "below:cwd:up" },
		{ PY, "f = request.files['f']\nf.save(os.path.join(app.config['U'], name))", "file:unknown" },
		{ PY, "shutil.copy(a, '/b/c')\nshutil.move(a, '/d/e')\nos.replace(a, '/f/g')\nos.remove('/h/i')", "file:/b/c below:/d below:/f below:/h" },
		{ PY, "open('/dev/null', 'w')\nopen('/proc/self/x', 'w')\nopen(os.devnull, 'w')", "" },
		{ PY, "df.to_csv('out/x.csv')\ndf.to_csv(buf)\nplt.savefig('p.png')", "file:cwd:out/x.csv file:unknown file:cwd:p.png" },
		{ PY, "import io\nb = io.BytesIO()\ndf.to_csv(b)\nplt.savefig(b)", "" },
		{ PY, "def f(p, mode):\n  return open(p, mode)", "file:unknown" },
		{ PY, "def f(mode):\n  return open('/a/b', mode)", "file:/a/b" },
		{ PY, "X = None\nopen(X, 'w')", "file:unknown" },
		{ PY, "F = '/a'\nif x: F = '/b'\nopen(F, 'w')", "file:unknown" },
		{ PY, "with (Path('d') / 'x').open('a') as f: pass", "file:cwd:d/x" },
		{ PY, "p = Path(__file__).with_name('up')\np.mkdir(exist_ok=True)\nPath('/d/x').with_suffix('.b').write_text('')", "folder:here:up below:/d" },
		{ PY, "s.bind('/run/x.sock')\ns.bind(('', 80))\ns.bind('tcp://*:80')", "file:/run/x.sock" },
		{ PY, "class C:\n    DIR = '/c'\n    def f(self):\n        open(self.DIR + '/x', 'w')\n        self.p = '/q'\n        open(self.p, 'w')", "file:/c/x file:/q" },
		{ PY, "zipfile.ZipFile('/z.zip', 'w')\nzipfile.ZipFile('y.zip')\ntarfile.open('t.tgz', 'w:gz')", "file:/z.zip file:cwd:t.tgz" },
		{ PY, "async def f():\n    async with aiofiles.open('x', 'w') as g: pass", "file:cwd:x" },
		{ PY, "open(\n    'x',\n    'w'\n    if y else 'a'\n)", "file:cwd:x" },
		{ PY, "sock.write('x')\nself.wfile.write(b'x')\nzf.open('y.txt')", "" },
	};

	(void)state;
	check(rows, COUNT(rows), false);
}

static void test_javascript(void **state)
{
	static const struct row rows[] = {
		{ JS, "fs.mkdirSync('cache', { recursive: true });", "folder:cwd:cache" },
		{ JS, "fs.mkdirSync('cache');", "new:cwd:cache" },
		{ JS, "if (!fs.existsSync(d)) fs.mkdirSync(d); const d = './u/'", "folder:cwd:u" },
		{ JS, "const f = 'cache/' + encodeURIComponent(req.url);\nfs.writeFileSync(f, 'x');\nfs.readFileSync(f)", "below:cwd:cache" },
		{ JS, "fs.writeFileSync(`${__dirname}/a/${x}.txt`, y)", "below:here:a" },
		{ JS, "fs.promises.writeFile(path.join(__dirname, '..', 'data', 'x.json'), s)", "file:here:../data/x.json" },
		{ JS, "import { writeFile as w, mkdir } from 'node:fs/promises'\nmkdir('x', {recursive: true})", "folder:cwd:x" },
		{ JS, "const { appendFileSync } = require('fs')\nappendFileSync('a.log', x)", "file:cwd:a.log" },
		{ JS, "const writeFile = util.promisify(fs.writeFile)\nwriteFile('x', y)", "file:cwd:x" },
		{ JS, "writeFile('x', y)\nfunction mkdir(p) { }\nclass A { writeFile(p) { return 1 } }", "" },
		{ JS, "require('fs').writeFileSync('x', 1)\nfsp.writeFile('y')\nfse.outputJson('z', {})", "file:cwd:x file:cwd:y file:cwd:z" },
		{ JS, "const D = process.env.DATA || '/data';\nfs.writeFileSync(path.join(D, 'x'), 1)", "file:/data/x?DATA+x" },
		{ JS, "const D = process.env['DATA'] ?? './data';\nfs.writeFileSync(D + '/db/x', 1)", "file:cwd:data/db/x?DATA+db/x" },
		{ JS, "const D = process.env.A ? process.env.A : '/a'\nfs.writeFileSync(D, 1)", "file:/a?A" },
		{ JS, "fs.createWriteStream(path.resolve('ftp', n))\nfs.openSync('/x/y', 'r')\nfs.openSync('/x/y', 'a')", "below:cwd:ftp file:/x/y" },
		{ JS, "fs.writeFile(os.homedir() + '/.x')\nfs.writeFile(path.join(os.tmpdir(), 'x'))", "file:home:.x file:temp:x" },
		{ JS, "const __dirname = path.dirname(fileURLToPath(import.meta.url))\nfs.writeFileSync(path.join(__dirname, 'x'), 1)", "file:here:x" },
		{ JS, "fs.writeFileSync(new URL('./out/x.txt', import.meta.url), 1)", "file:here:out/x.txt" },
		{ JS, "const up = multer({ dest: 'uploads/' })", "below:cwd:uploads" },
		{ JS, "multer.diskStorage({ destination: function (req, file, cb) { cb(null, './up') } })", "below:cwd:up" },
		{ JS, "new sqlite3.Database('./data/x.db')\nnew sqlite3.Database(':memory:')", "below:cwd:data" },
		{ JS, "const s = new Sequelize({ dialect: 'sqlite', storage: '/d/x.sqlite' })", "below:/d" },
		{ JS, "new winston.transports.File({ filename: 'logs/e.log', level: 'error' })", "below:cwd:logs" },
		{ JS, "res.write('x'); res.end('y'); stream.write('z'); $refs.open('x', 'w')", "" },
		{ JS, "const p: string = '/t/x';\nfs.writeFileSync(p as string, d);\nfs.writeFileSync(p!, d)", "file:/t/x file:/t/x" },
		{ JS, "const r = /['\"`]/g; fs.writeFileSync('x', 1) // fs.writeFileSync('y')\n/* fs.writeFileSync('z') */", "file:cwd:x" },
		{ JS, "const { dir } = opts;\nfs.writeFileSync(dir, 1)", "file:unknown" },
		{ JS, "const save = (p) => fs.writeFileSync(p, 1);\nconst q = p => fs.unlinkSync(p)", "file:unknown below:unknown" },
		{ JS, "class A { dir = '/d'; f() { fs.writeFileSync(this.dir + '/x', 1) } }", "file:/d/x" },
		{ JS, "fs.rename(a, '/x/y', cb); fs.unlink(`/t/${z}`); fs.copyFileSync(a, 'b')", "below:/x below:/t file:cwd:b" },
		{ JS, "fs.writeFileSync(`a/${`b${c}`}`, 1); fs.writeFileSync('d', 2)", "below:cwd:a file:cwd:d" },
		{ JS, "fs.writeFileSync('C:\\\\x', 1)", "file:unknown" },
	};

	(void)state;
	check(rows, COUNT(rows), false);
}

static void test_php(void **state)
{
	static const struct row rows[] = {
		{ PHP, "<?php $f = __DIR__ . '/uploads/note.txt'; if (@file_put_contents($f, 1) === false) {}", "file:here:uploads/note.txt" },
		{ PHP, "<p>file_put_contents('x')</p><?php file_put_contents('y', 1) ?> mkdir('z') <?= touch('w') ?>", "file:cwd:y file:cwd:w" },
		{ PHP, "<?php\nfopen('x', 'r'); fopen('y', 'w'); fopen('php://output', 'w'); fopen(\"http://x/\", 'w');", "file:cwd:y" },
		{ PHP, "<?php\n$dir = \"uploads/\";\n$t = $dir . basename($_FILES['f']['name']);\nmove_uploaded_file($a, $t);", "below:cwd:uploads" },
		{ PHP, "<?php\n$t = \"uploads/\";\n$t .= basename($n);\nmove_uploaded_file($a, $t);", "below:cwd:uploads" },
		{ PHP, "<?php file_put_contents(\"cache/$key.txt\", 1); file_put_contents(\"{$d}/x\", 1); file_put_contents('$x', 1);", "below:cwd:cache file:unknown file:cwd:$x" },
		{ PHP, "<?php class A { private $dir = '/d'; const F = '/f'; function g() { touch($this->dir . '/x'); touch(self::F); } }", "file:/d/x file:/f" },
		{ PHP, "<?php define('DATA', '/data'); file_put_contents(DATA . '/x', 1);", "file:/data/x" },
		{ PHP, "<?php $d = getenv('D') ?: '/d'; mkdir($d, 0777, true); touch(dirname(__DIR__) . '/x'); touch(dirname(__FILE__, 2) . '/y');",
		  "folder:/d?D file:here:../x file:here:../y" },
		{ PHP, "<?php $p = new PDO('sqlite:' . __DIR__ . '/data/x.sqlite'); $q = new SQLite3('/y/z.db');", "below:here:data below:/y" },
		{ PHP, "<?php $x = tempnam(sys_get_temp_dir(), 'a'); unlink($x); touch(storage_path('logs/x'));", "below:temp: file:cwd:storage/logs/x" },
		{ PHP, "<?php function touch($x) {} $this->storage->rename($a, $b); Foo::touch();", "" },
		{ PHP, "<?php $s = <<<EOT\n file_put_contents('x');\nEOT;\ntouch('y');\n#[Attr]\n# touch('z')\n", "file:cwd:y" },
		{ PHP, "<?php touch($_SERVER['DOCUMENT_ROOT'] . '/x');", "file:unknown" },
	};

	(void)state;
	check(rows, COUNT(rows), false);
}

static void test_ruby_perl(void **state)
{
	static const struct row rows[] = {
		{ RB, "STORE = PStore.new(File.join(settings.root, 'db', 'v'))", "below:unknown" },
		{ RB, "Logger.new(File.join(dir, 'a.log'))\nLogger.new(STDOUT)\nLogger.new('/l/b.log')", "file:unknown file:/l/b.log" },
		{ RB, "File.write('x', 1)\nFile.open('y', 'w') { |f| f.puts 1 }\nFile.open('z')\nFile.open('w', 'r')", "file:cwd:x file:cwd:y" },
		{ RB, "File.write File.join(__dir__, 'a', \"#{b}.txt\"), data", "below:here:a" },
		{ RB, "FileUtils.mkdir_p '/srv/x' unless true\nmkdir_p 'y'\nDir.mkdir('z')\nDir.mkdir('w') unless Dir.exist?('w')", "folder:/srv/x folder:cwd:y new:cwd:z folder:cwd:w" },
		{ RB, "D = ENV.fetch('D', '/d')\nFile.write(\"#{D}/x\", 1)\nE = ENV.fetch('E') { 'e' }\nFile.write(E, 1)\nF = ENV['F'] || '/f'\nFile.write(F, 1)",
		  "file:/d/x?D+x file:cwd:e?E file:/f?F" },
		{ RB, "Logger.new(STDOUT)\nLogger.new($stdout)\nLogger.new('log/x.log')\nLogger.new(Rails.root.join('log', 'y.log'))", "file:cwd:log/x.log file:cwd:log/y.log" },
		{ RB, "File.open(File.expand_path('../x', __FILE__), 'wb')\nFile.open(File.expand_path('~/y'), 'a')", "file:here:x file:home:y" },
		{ RB, "SQLite3::Database.new 'db/x.sqlite3'\nx = <<~EOS\n  File.write('a', 1)\nEOS\nFile.write('b', 1)", "below:cwd:db file:cwd:b" },
		{ RB, "x = %w[a b]\ny = %q(File.write('q', 1))\nz = a =~ /File.write('r')/\nFile.write('s', 1) # File.write('t', 1)\n=begin\nFile.write('u', 1)\n=end\n", "file:cwd:s" },
		{ RB, "c.write \"x\"\nsocket.puts 'y'", "" },
		{ PL, "open(my $fh, '>', 'x') or die;\nopen my $g, '>>', \"/l/$n\" or die;\nopen(F, '<', 'y');\nopen(F, \">z\");", "file:cwd:x below:/l file:cwd:z" },
		{ PL, "my $d = $ENV{D} || '/d';\nmkdir $d;\nunlink \"$d/x\";\n=pod\nmkdir 'q';\n=cut\nmkdir('r');", "folder:/d?D below:/d?D folder:cwd:r" },
		{ PL, "$x =~ s/mkdir('a')/b/;\nmy $s = q{mkdir('c')};\nmake_path('e');\n__END__\nmkdir('f');", "folder:cwd:e" },
	};

	(void)state;
	check(rows, COUNT(rows), false);
}

static void test_compiled(void **state)
{
	static const struct row rows[] = {
		{ GO, "const F = `/data/x`\nfunc main() { os.WriteFile(F, b, 0644); f, err := os.Create(\"y\"); os.Open(\"z\") }", "file:/data/x file:cwd:y" },
		{ GO, "func w(p string) { os.Create(p); os.MkdirAll(filepath.Join(\"d\", p), 0755) }", "file:unknown below:cwd:d" },
		{ GO, "dir := os.Getenv(\"DIR\")\nif dir == \"\" {\n\tdir = \"/d\"\n}\nos.MkdirAll(dir, 0755)", "folder:/d?DIR" },
		{ GO, "dir := \"/d\"\nif v := os.Getenv(\"DIR\"); v != \"\" {\n\tdir = os.Getenv(\"DIR\")\n}\nos.MkdirAll(dir, 0755)", "folder:/d?DIR" },
		{ GO, "os.OpenFile(\"x\", os.O_RDONLY, 0)\nos.OpenFile(\"y\", os.O_CREATE|os.O_WRONLY, 0644)", "file:cwd:y" },
		{ GO, "db, err := sql.Open(\"sqlite3\", \"./d/x.db?cache=shared\")\nsql.Open(\"postgres\", dsn)", "below:cwd:d" },
		{ GO, "f, _ := os.CreateTemp(\"\", \"x\")\nos.Remove(f.Name())\nhome, _ := os.UserHomeDir()\nos.Create(filepath.Join(home, \".x\"))", "file:temp: below:temp: file:home:.x" },
		{ GO, "os.Create(fmt.Sprintf(\"%s/x-%d\", \"/a\", n))\nos.Create(getEnv(\"P\", \"/p\"))", "below:/a file:/p?P" },
		{ JV, "class A { static final String F = \"/data/x\"; void f(String p) { new FileWriter(F); new FileWriter(p); new File(\"d\").mkdirs(); } }", "file:/data/x file:unknown folder:cwd:d" },
		{ JV, "Files.write(Paths.get(\"a\", \"b\"), x); Files.createDirectories(Path.of(System.getProperty(\"user.home\"), \"c\"));", "file:cwd:a/b folder:home:c" },
		{ JV, "String d = System.getenv().getOrDefault(\"D\", \"/d\"); Files.writeString(Path.of(d).resolve(\"x\"), s);", "file:/d/x?D+x" },
		{ JV, "fun f() { File(\"x\").writeText(\"y\"); val d = System.getenv(\"D\") ?: \"/d\"\n File(d, \"z\").appendText(\"q\") }", "file:cwd:x file:/d/z?D+z" },
		{ CC, "#define F \"/data/\" \"x\"\nint main(void) { FILE *f = fopen(F, \"w\"); fopen(\"y\", \"r\"); }", "file:/data/x" },
		{ CC, "int mkdir(const char *p, int m);\nvoid g(const char *p) { char b[99]; snprintf(b, sizeof b, \"/run/%s.pid\", p); fopen(b, \"w\"); }", "below:/run" },
		{ CC, "const char *d = getenv(\"D\"); if (!d) d = \"/d\"; fopen(d, \"w\");", "file:/d?D" },
		{ CC, "open(\"x\", O_RDONLY); open(\"y\", O_WRONLY | O_CREAT, 0600); mkdir(\"z\", 0700); if (mkdir(\"w\", 0700)) exit(1);", "file:cwd:y folder:cwd:z new:cwd:w" },
		{ CC, "std::ofstream out(\"x.log\"); std::ofstream(\"/y\"); fs::create_directories(\"d\");", "file:cwd:x.log file:/y folder:cwd:d" },
		{ CC, "sqlite3_open(\"/d/x.db\", &db); const char *s = R\"(fopen(\"q\", \"w\"))\";", "below:/d" },
		{ RS, "fn a<'x>() { std::fs::write(\"x\", b)?; let f = File::create(Path::new(\"/d\").join(\"y\"))?; }", "file:cwd:x file:/d/y" },
		{ RS, "let d = std::env::var(\"D\").unwrap_or_else(|_| \"/d\".to_string()); fs::create_dir_all(&d);", "folder:/d?D" },
		{ RS, "const D: &str = \"/d\"; fs::write(format!(\"{}/x/{}\", D, n), 1); fs::write(format!(\"{D}/y\"), 1); fs::write(r#\"z\"#, 1)", "below:/d/x file:/d/y file:cwd:z" },
		{ RS, "OpenOptions::new().append(true).open(\"x\"); OpenOptions::new().read(true).open(\"y\"); File::open(\"z\")", "file:cwd:x" },
		{ CS, "File.WriteAllText(Path.Combine(env.ContentRootPath, \"a\", \"b\"), s); File.ReadAllText(\"c\");", "file:cwd:a/b" },
		{ CS, "var p = $\"logs/{name}.txt\"; File.AppendAllText(p, s); new FileStream(@\"x\", FileMode.Create); new FileStream(\"y\", FileMode.Open);", "below:cwd:logs file:cwd:x" },
		{ CS, "var d = Environment.GetEnvironmentVariable(\"D\") ?? \"/d\"; Directory.CreateDirectory(d); o.UseSqlite(\"Data Source=/q/x.db;Cache=Shared\");", "folder:/d?D below:/q" },
	};

	(void)state;
	check(rows, COUNT(rows), false);
}

static void test_ports(void **state)
{
	static const struct row rows[] = {
		{ JS, "app.listen(3000); s.listen(process.env.PORT || 3000, '127.0.0.1', f); s.listen({ port: 81, host: 'localhost' })", "3000 3000?PORT@local 81@local" },
		{ JS, "const PORT = parseInt(process.env.PORT ?? '8080', 10)\napp.listen(PORT, () => {})\nx.listen(f)\ny.listen(process.env.P)", "8080?PORT ?P" },
		{ JS, "app.set('port', process.env.PORT || 5000)\nnew WebSocketServer({ port: 9000 })", "5000?PORT 9000" },
		{ PY, "HTTPServer((\"\", 8000), H).serve_forever()\nhttp.server.ThreadingHTTPServer(('127.0.0.1', 9001), H)", "8000 9001@local" },
		{ PY, "addr = ('0.0.0.0', 80)\nsocketserver.TCPServer(addr, H)\ns.bind(('', int(os.environ.get('PORT', 9000))))\ns.listen(5)", "80 9000?PORT" },
		{ PY, "from flask import Flask\napp.run(debug=True)\napp.run(host='0.0.0.0', port=int(os.getenv('PORT', '8080')))", "5000@local 8080?PORT" },
		{ PY, "uvicorn.run(app, host='0.0.0.0', port=7000)\nuvicorn.run('a:b')\nbind = '0.0.0.0:8000'\nasyncio.run(main())", "7000 8000@local 8000" },
		{ PY, "make_server('', 8051, app)\nserver.add_insecure_port('[::]:' + port)\nport = os.environ.get('PORT', '50051')", "8051 50051?PORT" },
		{ GO, "http.ListenAndServe(\":8080\", nil); net.Listen(\"tcp\", \"127.0.0.1:9000\"); s := &http.Server{Addr: \":81\"}", "8080 9000@local 81" },
		{ GO, "port := os.Getenv(\"PORT\")\nif port == \"\" { port = \"8080\" }\nhttp.ListenAndServe(\":\" + port, nil)\nnet.Listen(\"tcp\", fmt.Sprintf(\":%s\", port))", "8080?PORT 8080?PORT" },
		{ JV, "new ServerSocket(8081); HttpServer.create(new InetSocketAddress(8082), 0);", "8081 8082" },
		{ RB, "TCPServer.new('0.0.0.0', 4567)\nTCPServer.new 2000\nset :port, 4568\nport ENV.fetch('PORT') { 3000 }\nWEBrick::HTTPServer.new(:Port => 8001)", "4567 2000 4568 3000?PORT 8001" },
		{ PL, "IO::Socket::INET->new(LocalPort => 8080, Listen => 5)\nHTTP::Daemon->new(LocalPort => 81, LocalAddr => 'localhost')", "8080 81@local" },
		{ CC, "a.sin_port = htons(9000); bind(s, &a, sizeof a);", "9000" },
		{ CC, "a.sin_port = htons(9000); connect(s, &a, sizeof a);", "" },
		{ RS, "TcpListener::bind(\"0.0.0.0:7878\"); s.bind((\"127.0.0.1\", 8080)); SocketAddr::from(([0, 0, 0, 0], 3000))", "7878 8080@local 3000" },
		{ CS, "b.UseUrls(\"http://0.0.0.0:5001\"); new TcpListener(IPAddress.Any, 5002)", "5001 5002" },
		{ PHP, "<?php $s = stream_socket_server('tcp://0.0.0.0:8000');", "8000" },
		{ JS, "const { PORT = 3000, HOST } = process.env;\napp.listen(PORT, HOST); app.listen(+process.env.P || 4000)", "3000?PORT 4000?P" },
		{ GO, "addr := \":\" + getenv(\"PORT\", \"8080\")\nsrv := &http.Server{Addr: addr}", "8080?PORT" },
		{ RB, "set :port, ENV['PORT'] || 4567", "4567?PORT" },
		{ JS, "app.listen(0); app.listen(99999); app.listen('x')", "" },
	};

	(void)state;
	check(rows, COUNT(rows), true);
}

static void test_flags(void **state)
{
	static const struct {
		enum source_language language;
		const char *code;
		bool starts, privileged;
	} rows[] = {
		{ PY, "subprocess.run(['ls', x])", false, false },
		{ PY, "subprocess.run([cmd, 'x'])", true, false },
		{ PY, "os.system(f'convert {x}')", true, false },
		{ PY, "os.system('ls')", false, false },
		{ JS, "const { exec } = require('child_process'); exec(cmd)", true, false },
		{ JS, "re.exec(cmd)", false, false },
		{ PHP, "<?php shell_exec($x);", true, false },
		{ GO, "exec.Command(name, a)", true, false },
		{ GO, "exec.Command(\"ls\", a)", false, false },
		{ PY, "os.setuid(1000)", false, true },
		{ PY, "if os.geteuid() != 0: exit(1)", false, true },
		{ PY, "print(os.getuid())", false, false },
		{ JS, "if (process.getuid() === 0) process.setuid('node')", false, true },
		{ CC, "if (setuid(u)) abort();", false, true },
		{ CC, "printf(\"%d\", getuid());", false, false },
		{ RB, "Process::UID.change_privilege(1)", false, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena a = { 0 };
		struct source s;

		source_read(&a, rows[i].language, text_of(rows[i].code), &s);
		if (s.starts != rows[i].starts || s.privileged != rows[i].privileged || (s.privileged && s.privileged_line != 1))
			fail_msg("%s", rows[i].code);
		arena_release(&a);
	}
}

/* A text of n times the same. */
static struct text repeated(struct buf *b, const char *part, size_t n)
{
	buf_clear(b);
	for (size_t i = 0; i < n; i++)
		buf_adds(b, part);
	return buf_text(b);
}

static void test_hostile(void **state)
{
	static const char *const parts[] = { "(", "[{", "open(", "`${", "\"", "'''", "<<A\n", "/", "a.", "x = x + x\n", "f'{f\"{", "#{", "r#\"", "R\"(",
					     "%w[", "q{", "a = b\nb = a\n", "os.path.join(", "/*", "(a,", "(a)=>", "+'x'", "<?php ", "a||", "x?y:", "!",
					     ".listen(", "cb(", "|", "\\", "fs.writeFileSync(", "{{", "${", "mkdir 'x' ", "'", "s/", "=begin\n" };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++)
		for (int l = SOURCE_PYTHON; l <= SOURCE_CSHARP; l++) {
			struct arena a = { 0 };
			struct source s;

			source_read(&a, (enum source_language)l, repeated(&b, parts[i], 4000), &s);
			arena_release(&a);
		}
	buf_release(&b);
}

static void test_limits(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct source s;

	(void)state;
	source_read(&a, PY, (struct text){ "open('x', 'w')\0", 15 }, &s);
	assert_true(s.cut && s.nwrites == 0);
	source_read(&a, PY, repeated(&b, "# filler\n", 200000), &s);
	assert_true(s.cut);
	source_read(&a, PY, TEXT_NONE, &s);
	assert_true(!s.cut && !s.nwrites && !s.nports);
	source_read(&a, SOURCE_NONE, TEXT("open('x', 'w')"), &s);
	assert_true(!s.cut && !s.nwrites);
	buf_release(&b);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_languages), cmocka_unit_test(test_python), cmocka_unit_test(test_javascript),
		cmocka_unit_test(test_php),	  cmocka_unit_test(test_ruby_perl), cmocka_unit_test(test_compiled),
		cmocka_unit_test(test_ports),	  cmocka_unit_test(test_flags), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
