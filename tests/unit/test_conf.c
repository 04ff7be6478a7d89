/* SPDX-License-Identifier: Apache-2.0 */
#include "support/asserts.h"

#include "facts/conf.h"

#include <string.h>

/* What was found, a line each: "role directive [section] value", ? for a value that is not known; NULL: not read. */
struct row {
	const char *server, *text, *want;
};

static const char *const roles[] = { "pid",	"log",	  "data",    "socket",	"port",	   "user",   "group",
				     "root",	"daemon", "address", "command", "workdir", "include" };

static void add_setting(struct buf *b, const struct conf_setting *s)
{
	buf_adds(b, b->n ? "\n" : "");
	buf_addf(b, "%s %s ", roles[s->role], s->directive);
	if (s->section.n) {
		buf_adds(b, "[");
		buf_add(b, s->section);
		buf_adds(b, "] ");
	}
	buf_add(b, s->value.state == KNOWN ? s->value.text : TEXT("?"));
}

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct arena a = { 0 };
		struct buf got = { 0 };
		struct conf c;

		conf_read(&a, text_of(rows[i].server), text_of(rows[i].text), &c);
		for (size_t k = 0; k < c.n; k++)
			add_setting(&got, &c.settings[k]);
		if (c.read != (rows[i].want != NULL) || !text_is(buf_text(&got), rows[i].want ? rows[i].want : ""))
			fail_msg("%s: %s\nread %d, got\n%.*s\nwanted\n%s", rows[i].server, rows[i].text, c.read, TEXT_FMT(buf_text(&got)),
				 rows[i].want ? rows[i].want : "(not read)");
		buf_release(&got);
		arena_release(&a);
	}
}

static void test_servers(void **state)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "/etc/nginx/nginx.conf", "nginx" },
		{ "/etc/nginx/conf.d/default.conf", "nginx" },
		{ "/etc/nginx/sites-enabled/x", "nginx" },
		{ "/etc/nginx/mime.types", "" },
		{ "/etc/nginx/conf.d/x.key", "" },
		{ "/usr/local/apache2/conf/httpd.conf", "apache2" },
		{ "/etc/apache2/sites-available/000-default.conf", "apache2" },
		{ "/etc/supervisor/conf.d/app.conf", "supervisord" },
		{ "/etc/supervisord.conf", "supervisord" },
		{ "/usr/local/etc/redis/redis.conf", "redis-server" },
		{ "/etc/php/8.2/fpm/pool.d/www.conf", "php-fpm" },
		{ "/usr/local/etc/php-fpm.d/zz.conf", "php-fpm" },
		{ "/etc/haproxy/haproxy.cfg", "haproxy" },
		{ "/usr/local/etc/haproxy/haproxy.cfg", "haproxy" },
		{ "/etc/lighttpd/lighttpd.conf", "lighttpd" },
		{ "/mosquitto/config/mosquitto.conf", "mosquitto" },
		{ "/etc/mysql/conf.d/my.cnf", "mariadbd" },
		{ "/app/uwsgi.ini", "uwsgi" },
		{ "/app/gunicorn.conf.py", "gunicorn" },
		{ "/etc/hosts", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!text_is(conf_server_of(text_of(rows[i].path)), rows[i].want))
			fail_msg("%s", rows[i].path);
	assert_true(conf_knows(TEXT("nginx")) && conf_knows(TEXT("httpd")) && conf_knows(TEXT("php-fpm8.2")) && conf_knows(TEXT("varnishd")));
	assert_false(conf_knows(TEXT("caddy")));
}

static void test_nginx(void **state)
{
	static const struct row rows[] = {
		{ "nginx", "user www-data www;\npid /run/nginx.pid;\ndaemon off;\nerror_log /l/e.log warn;\nevents { worker_connections 9; }\n",
		  "user user www-data\ngroup user www\npid pid /run/nginx.pid\ndaemon daemon off\nlog error_log /l/e.log" },
		{ "nginx", "error_log stderr; access_log off; access_log /dev/stdout main; access_log syslog:server=x; pid \"/a b\";", "pid pid /a b" },
		{ "nginx", "server {\n listen 80 default_server;\n listen [::]:81 ssl;\n listen 127.0.0.1:8080;\n listen unix:/run/x.sock;\n listen localhost;\n}",
		  "port listen [server] 80\nport listen [server] 81\nport listen [server] 8080\naddress listen [server] 127.0.0.1\nsocket listen [server] /run/x.sock\n"
		  "port listen [server] 80\naddress listen [server] localhost" },
		{ "nginx", "listen *:80; listen 0.0.0.0:90;", "port listen 80\nport listen 90" },
		{ "nginx", "http { proxy_cache_path /c levels=1:2 keys_zone=a:1m; client_body_temp_path '/t'; include /etc/nginx/conf.d/*.conf; }",
		  "data proxy_cache_path [http] /c\ndata client_body_temp_path [http] /t\ninclude include [http] /etc/nginx/conf.d/*.conf" },
		{ "nginx", "server { access_log /l/$host.log; listen ${PORT}; listen {{ port }}; root /x; }",
		  "log access_log [server] ?\nport listen [server] ?\nport listen [server] ?" },
		{ "nginx", "map $a $b { \"\" x; default $y; \"~^x{2}\" z; }\nlisten 80;", "port listen 80" },
		{ "nginx", "location ~ \\.php$ { return 200 \"a;{b}\"; }\nif ($x = 'y}') { set $z \"#\"; }\nlisten 80; # listen 81;", "port listen 80" },
		{ "nginx", "location / { content_by_lua_block { local t = {{1}} ngx.say(\"x\") } }\nlisten 80;", "port listen 80" },
		{ "nginx", "{% if x %}listen 80;{% endif %}", NULL },
		{ "nginx", "<% x %>\nlisten 80;", NULL },
		{ "nginx", "{{ range . }}\nlisten 80;", NULL },
		{ "nginx", "${MAIN}\nlisten 80;", NULL },
		{ "nginx", "http { server { listen 80; }", NULL },
		{ "nginx", "listen 80", NULL },
		{ "nginx", "} listen 80;", NULL },
		{ "nginx", "pid \"/x;", NULL },
		{ "nginx", "", "" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void test_lines(void **state)
{
	static const struct row rows[] = {
		{ "redis", "# dir /x\nport 6379\ndir /data\nlogfile \"\"\npidfile /run/r.pid\nbind 127.0.0.1 -::1\nDaemonize yes\nunixsocket /s\nport 0\n",
		  "port port 6379\ndata dir /data\npid pidfile /run/r.pid\naddress bind 127.0.0.1\ndaemon daemonize yes\nsocket unixsocket /s" },
		{ "redis-server", "bind * -::*\nbind 10.0.0.1 0.0.0.0", "" },
		{ "apache2", "Listen 80\nlisten 127.0.0.1:8080 https\nPidFile \"/run/a.pid\"\nUser www-data\nGroup #33\n<VirtualHost *:80>\n\tErrorLog ${APACHE_LOG_DIR}/e.log\n"
			     "\tCustomLog \\\n\t\t/l/a.log combined\n\tCustomLog \"|/bin/rotate\" x\n\tErrorLog ${OTHER}/x\n</VirtualHost>\n",
		  "port Listen 80\nport Listen 8080\naddress Listen 127.0.0.1\npid PidFile /run/a.pid\nuser User www-data\ngroup Group #33\n"
		  "log ErrorLog [VirtualHost *:80] /var/log/apache2/e.log\nlog CustomLog [VirtualHost *:80] /l/a.log\nlog ErrorLog [VirtualHost *:80] ?" },
		{ "httpd", "<IfModule x>\nListen 80\n", NULL },
		{ "haproxy", "global\n  chroot /var/lib/haproxy\n  user haproxy\n  daemon\n  stats socket /run/h.sock mode 660 # x\nfrontend web\n  bind *:80\n  bind 127.0.0.1:81 ssl\n"
			     "userlist u\n  user bob password x\nbackend b\n  server s 1.2.3.4:80\n",
		  "root chroot [global] /var/lib/haproxy\nuser user [global] haproxy\ndaemon daemon [global] \nsocket stats [global] /run/h.sock\n"
		  "port bind [frontend web] 80\nport bind [frontend web] 81\naddress bind [frontend web] 127.0.0.1" },
		{ "mosquitto", "listener 1883 0.0.0.0\npersistence_location /m/data/\nlog_dest file /m/log\nlog_dest stdout\nlistener 0 /m/s\nuser mosquitto\n",
		  "port listener 1883\ndata persistence_location /m/data/\nlog log_dest /m/log\nsocket listener /m/s\nuser user mosquitto" },
		{ "squid", "http_port 3128\npid_filename none\naccess_log stdio:/l/a.log squid\ncache_log /dev/stdout\ncache_dir ufs /spool 100 16 256\n",
		  "port http_port 3128\nlog access_log /l/a.log\ndata cache_dir /spool" },
		{ "memcached", "-m 64\n-p 11211\n-u memcache\n-l 127.0.0.1\n-P /run/m.pid\n", "port -p 11211\nuser -u memcache\naddress -l 127.0.0.1\npid -P /run/m.pid" },
		{ "tinyproxy", "User nobody\nPort 8888\nPidFile \"/run/t.pid\"\nlogfile \"/l/t.log\"\n", "user User nobody\nport Port 8888\npid PidFile /run/t.pid\nlog LogFile /l/t.log" },
		{ "sshd", "Port 22\nPidFile /run/s.pid\nMatch User x\n  ChrootDirectory /c\n", "port Port 22\npid PidFile /run/s.pid\nroot ChrootDirectory /c" },
		{ "unbound", "server:\n  username: \"\"\n  chroot: \"/c\"\n  pidfile: /run/u.pid # x\n  interface: 127.0.0.1\n  interface: 0.0.0.0\nremote-control:\n  control-interface: /run/u.ctl\n"
			     "  control-interface: 127.0.0.1\n",
		  "root chroot [server] /c\npid pidfile [server] /run/u.pid\naddress interface [server] 127.0.0.1\nsocket control-interface [remote-control] /run/u.ctl" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void test_equals(void **state)
{
	static const struct row rows[] = {
		{ "supervisord", "[supervisord]\nnodaemon=true\nlogfile = /l/s.log ; the log\npidfile=/run/s.pid\nuser=root\n[unix_http_server]\nfile=/run/s.sock\n[inet_http_server]\n"
				 "port=127.0.0.1:9001\n",
		  "daemon nodaemon [supervisord] true\nlog logfile [supervisord] /l/s.log\npid pidfile [supervisord] /run/s.pid\nuser user [supervisord] root\n"
		  "socket file [unix_http_server] /run/s.sock\nport port [inet_http_server] 9001\naddress port [inet_http_server] 127.0.0.1" },
		{ "supervisord", "[program:web]\ncommand=nginx -g \"daemon off;\"\ndirectory=/srv\nuser=www\nstdout_logfile=/dev/stdout\nstderr_logfile=/l/%(program_name)s.err\n"
				 "stdout_logfile=AUTO\nstdout_logfile=/l/%(ENV_X)s\n",
		  "command command [program:web] nginx -g \"daemon off;\"\nworkdir directory [program:web] /srv\nuser user [program:web] www\n"
		  "log stderr_logfile [program:web] /l/web.err\nlog stdout_logfile [program:web] ?" },
		{ "supervisord", "[program:a]\ncommand=python\n    -m x\n    ; no\n    --y\n[program:b]\n  command=sh -c 'echo $X'\n  directory=/b\n[group:g]\nprograms=a\n",
		  "command command [program:a] python -m x --y\ncommand command [program:b] sh -c 'echo $X'\nworkdir directory [program:b] /b" },
		{ "supervisord", "[program:a]\ncommand=%(ENV_CMD)s x\n[include]\nfiles = /e/*.conf /f/*.conf\n", "command command [program:a] ?\ninclude files [include] /e/*.conf /f/*.conf" },
		{ "supervisord", "[program:a\ncommand=x\n", NULL },
		{ "php-fpm", "[global]\npid = run/f.pid\nerror_log = /proc/self/fd/2\ndaemonize = no\n[www]\nuser = www-data\nlisten = 127.0.0.1:9000\nslowlog = /l/$pool.slow\naccess.log = \"/l/a\"\n"
			     "php_value[session.save_path] = /s\n",
		  "pid pid [global] run/f.pid\ndaemon daemonize [global] no\nuser user [www] www-data\nport listen [www] 9000\naddress listen [www] 127.0.0.1\nlog slowlog [www] /l/www.slow\n"
		  "log access.log [www] /l/a\ndata php_value[session.save_path] [www] /s" },
		{ "php-fpm8.2", "listen = /run/php/f.sock\n", "socket listen /run/php/f.sock" },
		{ "lighttpd", "server.port = 8080\nserver.pid-file = \"/run/l.pid\"\nserver.errorlog = var.log + \"/e.log\"\naccesslog.filename = \"/dev/fd/3\"\nserver.upload-dirs = ( \"/up\" )\n"
			      "$HTTP[\"host\"] == \"x\" { server.document-root = \"/y\" }\nserver.username = \"www\" # x\n",
		  "port server.port 8080\npid server.pid-file /run/l.pid\nlog server.errorlog ?\ndata server.upload-dirs /up\nuser server.username www" },
		{ "mysqld", "[client]\nsocket=/c.sock\n[mysqld]\nsocket=/run/m.sock\nlog_error=/l/e.log\nbind-address = 127.0.0.1\ndatadir=/d\nskip-networking\nuser=mysql\n!includedir /etc/x/\n",
		  "socket socket [mysqld] /run/m.sock\nlog log-error [mysqld] /l/e.log\naddress bind-address [mysqld] 127.0.0.1\ndata datadir [mysqld] /d\nuser user [mysqld] mysql\n"
		  "include !includedir [mysqld] /etc/x/" },
		{ "postgres", "listen_addresses = '*'\nport = 5432 # x\nunix_socket_directories = '/run/p'\ndata_directory = '/d'\n", "port port 5432\ndata unix-socket-directories /run/p\ndata data-directory /d" },
		{ "gunicorn", "import os\nbind = '0.0.0.0:8000'\naccesslog = '-'\nerrorlog = \"/l/e.log\"\npidfile = os.environ['P']\nworkers = 3\ndef f(x):\n    return x\n",
		  "port bind 8000\nlog errorlog /l/e.log\npid pidfile ?" },
		{ "uwsgi", "[uwsgi]\nhttp-socket = :8080\nsocket = /tmp/u.sock\nuid = www-data\nchdir = /app\nlogto = /l/u.log\nlogger = systemd\nattach-daemon = ./x -y\npidfile = $(P)/x\n",
		  "port http-socket [uwsgi] 8080\nsocket socket [uwsgi] /tmp/u.sock\nuser uid [uwsgi] www-data\nworkdir chdir [uwsgi] /app\nlog logto [uwsgi] /l/u.log\n"
		  "command attach-daemon [uwsgi] ./x -y\npid pidfile [uwsgi] ?" },
		{ "stunnel", "pid =\nsetuid = nobody\nforeground = yes\noutput = /l/s.log\n[x]\naccept = 443\nconnect = 127.0.0.1:80\n",
		  "user setuid nobody\ndaemon foreground yes\nlog output /l/s.log\nport accept [x] 443" },
		{ "dnsmasq", "port=5353\nuser=nobody\nlog-facility=-\nlog-facility=DAEMON\ndhcp-range=1.2.3.4,1.2.3.9\npid-file=/run/d.pid\nno-resolv\n",
		  "port port 5353\nuser user nobody\nroot dhcp-range 1.2.3.4,1.2.3.9\npid pid-file /run/d.pid" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void test_spans(void **state)
{
	static const char text[] = "# x\nuser www;\nserver { listen 127.0.0.1:8080;\n  access_log \"/l/a b\" main; }\n";
	struct arena a = { 0 };
	struct conf c;

	(void)state;
	conf_read(&a, TEXT("nginx"), text_of(text), &c);
	assert_true(c.read && c.n == 4);
	assert_true(c.settings[0].line == 2 && c.settings[1].line == 3 && c.settings[3].line == 4);
	assert_text(text_sub(text_of(text), c.settings[0].at, c.settings[0].at + c.settings[0].n), "www");
	assert_text(text_sub(text_of(text), c.settings[1].at, c.settings[1].at + c.settings[1].n), "8080");
	assert_text(text_sub(text_of(text), c.settings[2].at, c.settings[2].at + c.settings[2].n), "127.0.0.1");
	assert_text(text_sub(text_of(text), c.settings[3].at, c.settings[3].at + c.settings[3].n), "\"/l/a b\"");
	arena_release(&a);
}

static void test_hostile(void **state)
{
	static const char *const servers[] = { "nginx", "apache2", "lighttpd", "supervisord", "haproxy", "uwsgi", "unbound", "gunicorn", "mysqld" };
	static const char *const parts[] = { "{", "}", "a{", "<A>\n", "<%", "{{", "${", "\"", "[", "[a]\n", "a=\n b\n", "a \\\n", "user x;", "%(", "listen ${",
					     "bind a,", "'\\", "$x$y", "command=a\n", "  a=b\n", "(", "map_by_lua_block {", "a:\n" };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++)
		for (size_t k = 0; k < COUNT(servers); k++) {
			struct arena a = { 0 };
			struct conf c;

			buf_clear(&b);
			for (size_t n = 0; n < 5000; n++)
				buf_adds(&b, parts[i]);
			conf_read(&a, text_of(servers[k]), buf_text(&b), &c);
			assert_true(c.read || !c.n);
			arena_release(&a);
		}
	buf_release(&b);
}

static void test_not_read(void **state)
{
	struct arena a = { 0 };
	struct conf c;

	(void)state;
	conf_read(&a, TEXT("nginx"), (struct text){ "pid /x;\0", 8 }, &c);
	assert_true(!c.read && !c.n);
	conf_read(&a, TEXT("caddy"), TEXT("x"), &c);
	assert_true(!c.read && !c.n);
	conf_read(&a, TEXT("nginx"), TEXT_NONE, &c);
	assert_true(c.read && !c.n);
	conf_read(&a, TEXT("nginx"), TEXT("\xEF\xBB\xBFpid /x;"), &c);
	assert_true(c.read && c.n == 1);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_servers), cmocka_unit_test(test_nginx), cmocka_unit_test(test_lines),   cmocka_unit_test(test_equals),
		cmocka_unit_test(test_spans),	cmocka_unit_test(test_hostile), cmocka_unit_test(test_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
