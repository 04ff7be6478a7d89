/* SPDX-License-Identifier: Apache-2.0 */
/* How conf.h is done: servers, their grammars and directives, and the statements that a grammar's reader finds. */
#ifndef DFH_FACTS_CONF_TABLE_H
#define DFH_FACTS_CONF_TABLE_H

#include "facts/conf.h"

enum conf_grammar {
	CONF_BRACES, /* words that end with ; or a block in { } */
	CONF_EQUALS, /* [section], key = value; of lighttpd with blocks in { } */
	CONF_WORDS,  /* a directive and its words, a line each; <Block> of Apache */
	CONF_COLONS  /* section: and key: value */
};

struct conf_server {
	const char *names; /* blank-separated, the first is the one that is told */
	enum conf_grammar grammar;
	const char *comments;  /* letters that begin one at a line's start */
	bool inline_comments;  /* and behind a blank */
	bool fold;             /* directives without case, - and _ alike */
	bool indent_continues; /* a line with indent belongs to the one before */
	bool literals;         /* values are quoted strings or numbers; all else is an expression */
	const char *sections;  /* words that open a section, on a line of their own; NULL: none */
	const char *files;     /* globs (*: anything) of the paths where its configuration lies */
};

enum conf_form {
	FORM_WORD,   /* the word */
	FORM_REST,   /* it and all behind it */
	FORM_LISTEN, /* 80, 127.0.0.1:80, [::]:80, unix:/x, /x */
	FORM_HOST    /* an address to listen on: what means all of them is none */
};

struct conf_row {
	const char *server; /* its first name */
	const char *directive;
	const char *
		sections; /* blank-separated starts of the section's name, one of which must be there; NULL: any */
	enum conf_role role;
	unsigned char word; /* from 0, behind the directive */
	enum conf_form form;
	const char *before; /* the word in front must be that; NULL: any */
};

/* Variables that a server's package sets, unless the image says otherwise. */
struct conf_variable {
	const char *server, *name, *value;
};

extern const struct conf_server conf_servers[];
extern const size_t conf_nservers;
extern const struct conf_row conf_rows[];
extern const size_t conf_nrows;
extern const struct conf_variable conf_variables[];
extern const size_t conf_nvariables;

enum { CONF_MAX_WORDS = 16 };

struct conf_word {
	struct text text; /* without quotes */
	size_t at, n;     /* as it stands in the file */
	bool expression;  /* it is none of the values that are followed */
};

struct conf_statement {
	struct text section, directive;
	struct conf_word words[CONF_MAX_WORDS];
	size_t nwords;  /* those beyond are dropped */
	bool begun;     /* it has a directive, be it "" */
	size_t at, end; /* from the directive to behind the last word */
};

struct conf_reader {
	struct arena *a;
	const struct conf_server *server;
	struct text text;
	size_t at;
	bool broken; /* it is no such file: a template, or cut short */
	void (*each)(void *data, const struct conf_statement *s);
	void *data;
};

void conf_statements(struct conf_reader *r);
/* {{ x }}, <% x %>, {% x %}: the file is made into another before a server reads it. */
bool conf_template(struct text t);

#endif
