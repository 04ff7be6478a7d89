/* SPDX-License-Identifier: Apache-2.0 */
/* The state of one reading of a shell script, and what the files of the reader ask of
 * each other. For shell*.c alone; others include shell.h. */
#ifndef DFH_SYNTAX_SHELL_READ_H
#define DFH_SYNTAX_SHELL_READ_H

#include "syntax/shell.h"

/* Things of one size, of which the last ones belong to what is being read. */
struct sh_stack {
	void *p;
	size_t n, cap;
};

/* A here-document whose body has not been reached yet. */
struct sh_pending {
	struct sh_redir *redir;
	struct text delimiter;
};

/* After a failure `at` stands at the end, so that every loop ends: none of them checks. */
struct sh_reader {
	struct arena *arena;
	struct text text;
	size_t at, end;
	size_t last; /* behind the last byte that belongs to a token */
	enum sh_dialect dialect;
	bool bash;     /* as in sh_script */
	bool copied;   /* text is what stands inside backquotes, copied */
	size_t origin; /* where in the script the outermost such copy stands */
	bool in_paren; /* inside $( ) of this text */
	unsigned depth;
	size_t budget; /* bytes that may be read again */
	const char *why;
	size_t why_at;
	size_t first_pending; /* here-documents below it belong to an outer text or list */
	struct sh_stack pending, comments;
	struct sh_stack parts, words, assigns, redirs, commands, steps, lists, arms;
};

#define SHR_END (-1)

enum sh_reserved {
	RW_NONE,
	RW_IF,
	RW_THEN,
	RW_ELIF,
	RW_ELSE,
	RW_FI,
	RW_FOR,
	RW_IN,
	RW_WHILE,
	RW_UNTIL,
	RW_DO,
	RW_DONE,
	RW_CASE,
	RW_ESAC,
	RW_OPEN,
	RW_CLOSE,
	RW_BANG,
	RW_TEST,
	RW_TEST_END,
	RW_FUNCTION,
	RW_SELECT,
	RW_COPROC,
	RW_TIME
};

static inline bool shr_in_bash(const struct sh_reader *r)
{
	return r->dialect == SH_BASH;
}

/* --- shell_lex.c: bytes, blanks, reserved words --- */

/* The byte at hand, backslash-newline passed over; SHR_END at the end. */
static inline int shr_cur(struct sh_reader *r)
{
	while (r->end - r->at >= 2 && r->text.p[r->at] == '\\' && r->text.p[r->at + 1] == '\n')
		r->at += 2;
	return r->at < r->end ? (unsigned char)r->text.p[r->at] : SHR_END;
}

size_t shr_skip_joins(const struct sh_reader *r, size_t at);
int shr_look(const struct sh_reader *r, size_t ahead); /* the byte so many behind that at hand */
void shr_take(struct sh_reader *r, size_t n);          /* n bytes into the current token */
void shr_take_to(struct sh_reader *r, size_t at);
void shr_fail(struct sh_reader *r, size_t at, const char *why);
void shr_unexpected(struct sh_reader *r); /* fails at the byte at hand */
void shr_expect_char(struct sh_reader *r, char c);
/* Takes the byte that ends what began at `start`, or fails there. */
void shr_close(struct sh_reader *r, size_t start, char c, const char *why);

bool shr_ends_word(int c); /* blank, newline, operator or end */
bool shr_name_start(int c);
bool shr_name_byte(int c);
bool shr_is_name(struct text t);
struct text shr_squeeze(struct sh_reader *r, struct range at); /* without backslash-newlines */

void shr_blanks(struct sh_reader *r);   /* comments too */
bool shr_newlines(struct sh_reader *r); /* blanks and newlines; was there one? */

enum sh_reserved shr_reserved(struct sh_reader *r);
bool shr_accept(struct sh_reader *r, enum sh_reserved w);
void shr_expect(struct sh_reader *r, enum sh_reserved w);

/* Nesting; leave even where enter failed. */
void shr_enter(struct sh_reader *r);
void shr_leave(struct sh_reader *r);

/* Where reading may go back to. */
struct sh_spot {
	size_t at, last, comments, pending, parts;
	bool bash;
};

struct sh_spot shr_spot(const struct sh_reader *r);
void shr_back(struct sh_reader *r, const struct sh_spot *to); /* costs budget */

/* --- shell_heredoc.c --- */

void shr_take_newline(struct sh_reader *r);  /* and the bodies behind it */
void shr_flush_pending(struct sh_reader *r); /* those that no line followed are empty */

/* --- shell_stack.c --- */

void shr_push(struct sh_stack *s, const void *item, size_t size);
/* Moves what lies above `base` into the arena. */
const void *shr_keep(struct sh_reader *r, struct sh_stack *s, size_t base, size_t size, size_t *n);

#define SHR_PUSH(s, item) shr_push((s), &(item), sizeof(item))
#define SHR_KEEP(r, s, base, type, n) ((const type *)shr_keep((r), (s), (base), sizeof(type), (n)))

void shr_push_list(struct sh_reader *r, const struct sh_list *l);
void shr_keep_lists(struct sh_reader *r, size_t base, struct sh_command *c);
void shr_one_list(struct sh_reader *r, struct sh_command *c, const struct sh_list *l);
void shr_keep_words(struct sh_reader *r, size_t base, struct sh_command *c);
const struct sh_list *shr_wrap(struct sh_reader *r, const struct sh_command *c); /* a list of it alone */

/* --- shell_word.c, shell_value.c: words --- */

/* Where a word stands decides what the shell does to it. */
enum sh_use {
	SHU_WORD,    /* an argument: split, globbed, braces expanded */
	SHU_COMMAND, /* likewise, the first one: name[...] is one word (bash) */
	SHU_TARGET,  /* of a redirection */
	SHU_ELEMENT, /* of an array: [...] is one word at its start */
	SHU_VALUE,   /* of an assignment */
	SHU_PATTERN, /* of case, and its subject */
	SHU_TEST,    /* in [[ ]] */
	SHU_REGEX    /* behind =~ */
};

/* False, with nothing taken, where no word starts; SHU_VALUE may be empty. */
bool shr_word(struct sh_reader *r, enum sh_use use, struct sh_word *out);
void shr_expect_word(struct sh_reader *r, enum sh_use use); /* onto r->words */
/* Of a variable or a function: fails where a POSIX shell would not take it. */
void shr_check_name(struct sh_reader *r, const struct sh_word *w, const char *why);
struct maybe shr_value(struct sh_reader *r, const struct sh_word *w); /* by its marks */
/* The word without its quotes, expansions as they are written. */
struct text shr_unquoted(struct sh_reader *r, const struct sh_word *w);

/* --- shell_part.c, shell_subst.c, shell_param.c: what makes up a word --- */

enum sh_run {
	RUN_WORD,
	RUN_INDEXED,       /* likewise, with [...] in it, blanks and all (bash) */
	RUN_REGEX,         /* parentheses belong to it */
	RUN_DOUBLE,        /* to the double quote */
	RUN_BRACED,        /* to } */
	RUN_BRACED_DOUBLE, /* likewise inside double quotes */
	RUN_ARITH,         /* to the parenthesis that was not opened in it */
	RUN_INDEX,         /* likewise bracket */
	RUN_EXTGLOB        /* likewise parenthesis */
};

static inline bool shr_in_double(enum sh_run run)
{
	return run == RUN_DOUBLE || run == RUN_BRACED_DOUBLE;
}

/* Parts up to what ends such a run, onto r->parts. */
void shr_run(struct sh_reader *r, enum sh_run run);

bool shr_special_parameter(int c);
void shr_param(struct sh_reader *r, enum sh_run run, struct sh_part *p);
void shr_command_part(struct sh_reader *r, enum sh_run run, struct sh_part *p);
void shr_arith_part(struct sh_reader *r, struct sh_part *p);
/* ((...)) from its first parenthesis on: its parts onto r->parts. False, gone back, where it
 * does not close with two: bash then reads subshells. */
bool shr_arith(struct sh_reader *r);

/* --- shell_assign.c, shell_redir.c --- */

bool shr_assign(struct sh_reader *r, struct sh_assign *out);
/* name=(...) as an argument of a builtin that declares (bash). */
bool shr_array_argument(struct sh_reader *r, struct sh_word *out);
bool shr_redir(struct sh_reader *r); /* one, onto r->redirs */
void shr_keep_redirs(struct sh_reader *r, size_t base, struct sh_command *c);

/* --- shell.c, shell_compound.c, shell_command.c, shell_test.c --- */

const struct sh_list *shr_list(struct sh_reader *r, bool may_be_empty);
bool shr_list_ends(struct sh_reader *r);
void shr_command(struct sh_reader *r, struct sh_command *c);
bool shr_compound_ahead(struct sh_reader *r);
/* Each from its first word on, which is at hand. */
void shr_simple(struct sh_reader *r, struct sh_command *c); /* or name() ... */
void shr_function(struct sh_reader *r, struct sh_command *c);
void shr_coproc(struct sh_reader *r, struct sh_command *c);
void shr_test(struct sh_reader *r, struct sh_command *c);

#endif
