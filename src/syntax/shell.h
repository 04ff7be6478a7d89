/* SPDX-License-Identifier: Apache-2.0 */
/* A shell script read into a tree: POSIX sh (IEEE Std 1003.1, Shell Command Language) and
 * the forms of bash that Dockerfiles use. Nothing is evaluated, no alias is known.
 *
 * All spans are offsets into the text that was read (of a list inside backquotes:
 * into its own, see sh_list.text). Those of lists, commands, words and parts neither begin
 * nor end with a backslash-newline. The tree lives in the arena and is immutable.
 * Depth (100) and size (1 MiB) are bounded; what is over a bound is not read.
 *
 * The bodies of here-documents are not looked into: commands that are substituted there
 * are not in the tree. */
#ifndef DFH_SYNTAX_SHELL_H
#define DFH_SYNTAX_SHELL_H

#include "base/arena.h"
#include "base/maybe.h"

/* What makes up a word. Bash's forms are read in SH_BASH only. */
enum sh_part_kind {
	SH_LITERAL, /* outside of quotes: a backslash in it quotes the next byte; else plain */
	SH_SINGLE,  /* '...' */
	SH_DOUBLE,  /* "...": parts; in its literals a backslash quotes only $ ` " \ and newline */
	SH_ANSI,    /* $'...' (bash) */
	SH_LOCALE,  /* $"...": parts (bash) */
	SH_PARAM,   /* $x ${x} ${x:-word} ${#x}: name; parts of what stands behind the name */
	SH_COMMAND, /* $(...) or `...`: list */
	SH_ARITH,   /* $((...)), bash also $[...]: parts, expansions among them */
	SH_PROCESS, /* <(...) or >(...): list (bash) */
	SH_EXTGLOB  /* ?(...) *(...) +(...) @(...) !(...): parts (bash) */
};

struct sh_list;

struct sh_part {
	enum sh_part_kind kind;
	struct range at; /* with its quotes, dollar and braces */
	/* Of SH_PARAM: x, 1, @, # ... without the # or ! that may stand before it in braces;
	 * empty for a bad substitution, which a shell notices only when it runs. */
	struct text name;
	const struct sh_part *parts;
	size_t nparts;
	const struct sh_list *list;
};

/* Marks of a word: what the shell would do to it. */
enum sh_mark {
	SH_QUOTED = 1,   /* a quote or a backslash stands in it */
	SH_EXPANDS = 2,  /* parameter, command, arithmetic or process substitution */
	SH_GLOB = 4,     /* an unquoted * ? or [, or an extended pattern */
	SH_BRACE = 8,    /* {a,b} or {1..3} where bash would expand it; a POSIX shell does not */
	SH_TILDE = 16,   /* an unquoted ~ at its start (of an assignment: also behind : ) */
	SH_SPLITS = 32   /* may become any number of words: an expansion outside of double quotes,
			  * "$@" or "${x[@]}"; not in assignments, case and [[ ]] */
};

struct sh_word {
	struct range at;
	const struct sh_part *parts;
	size_t nparts;
	unsigned marks; /* enum sh_mark */
	/* KNOWN where nothing is expanded (no SH_EXPANDS): quotes taken off; glob, brace
	 * and tilde characters as they stand. Else UNKNOWN; so too are an array as an argument
	 * (declare x=(a b)), rare escapes of $'...' and quotes inside extended patterns. */
	struct maybe value;
};

/* name=value, name+=value, name[index]=value, name=(...) */
struct sh_assign {
	struct range at;
	struct text name;
	bool append;               /* += */
	bool array;                /* (...): words are its elements (bash) */
	bool indexed;              /* name[...]= (bash) */
	const struct sh_part *index; /* what stands in the brackets */
	size_t nindex;
	const struct sh_word *value; /* one word, which may be empty; of an array: its elements */
	size_t nvalue;
};

enum sh_redir_op {
	SH_IN,          /* <   */
	SH_OUT,         /* >   */
	SH_APPEND,      /* >>  */
	SH_INOUT,       /* <>  */
	SH_CLOBBER,     /* >|  */
	SH_DUP_IN,      /* <&  */
	SH_DUP_OUT,     /* >&  */
	SH_HEREDOC,     /* <<  */
	SH_HEREDOC_TAB, /* <<- */
	SH_HERESTRING,  /* <<< (bash) */
	SH_OUT_BOTH,    /* &>  (bash) */
	SH_APPEND_BOTH  /* &>> (bash) */
};

struct sh_redir {
	enum sh_redir_op op;
	struct range at;    /* from the number to the end of the word */
	struct text fd;     /* digits, or bash's {name}; empty where none is written */
	struct sh_word word; /* of a here-document: its delimiter */
	struct range body;  /* of a here-document: whole lines, without the delimiter's */
	bool expands;       /* of a here-document: its delimiter is not quoted */
};

enum sh_kind {
	SH_SIMPLE,     /* assignments, words, redirections */
	SH_SUBSHELL,   /* ( list ) */
	SH_GROUP,      /* { list } */
	SH_IF,         /* lists: condition, body, condition, body ...; an odd one at the end is else */
	SH_FOR,        /* words: variable, then what it runs over; list: body. for ((...)): no words (bash) */
	SH_SELECT,     /* as SH_FOR (bash) */
	SH_WHILE,      /* lists: condition, body */
	SH_UNTIL,      /* likewise */
	SH_CASE,       /* words: the subject; arms */
	SH_FUNCTION,   /* words: the name; lists: one holding the command that is its body,
			* which has the redirections too */
	SH_TEST,       /* [[ ... ]]: words, the operators and parentheses among them (bash) */
	SH_ARITHMETIC, /* (( ... )): parts (bash) */
	SH_COPROC      /* coproc: words: its name if it has one; lists: one holding the command (bash) */
};

struct sh_arm {
	struct range at;
	const struct sh_word *patterns;
	size_t npatterns;
	const struct sh_list *list;
	struct text end; /* ;; ;& ;;& or empty for the last one */
};

struct sh_command {
	enum sh_kind kind;
	struct range at; /* with its redirections; without here-document bodies */
	const struct sh_assign *assigns;
	size_t nassigns;
	const struct sh_word *words;
	size_t nwords;
	const struct sh_redir *redirs;
	size_t nredirs;
	const struct sh_list *const *lists;
	size_t nlists;
	const struct sh_arm *arms;
	size_t narms;
	const struct sh_part *parts; /* of SH_ARITHMETIC and for ((...)): as those of SH_ARITH */
	size_t nparts;
	bool in; /* of SH_FOR and SH_SELECT: "in" is written, so no words means none, not "$@" */
};

enum sh_join {
	SH_END,     /* the last of its list, where no ; or & ends it */
	SH_AND,     /* && */
	SH_OR,      /* || */
	SH_SEMI,    /* ; */
	SH_AMP,     /* & (in the background) */
	SH_NEWLINE
};

/* One pipeline, and what stands between it and the next one of the list. */
struct sh_step {
	struct range at; /* with "!" and "time" */
	bool negated;    /* ! */
	bool timed;      /* time (bash) */
	const struct sh_command *commands; /* joined by | or |&; at least one, empty behind a lone "!" or "time" */
	size_t n;
	enum sh_join join;
	struct range op; /* of the join; for SH_END empty. Newlines behind it are not part of it. */
};

struct sh_list {
	/* What its spans count in: that of the script, but inside backquotes with escapes
	 * a copy without these. */
	struct text text;
	struct range at; /* from its first step to the join of its last one; empty where it is */
	const struct sh_step *steps;
	size_t n;
};

enum sh_dialect {
	SH_POSIX, /* dash, BusyBox ash */
	SH_BASH
};

struct sh_script {
	struct text text;
	const struct sh_list *list; /* NULL: not read, see why; an empty script is an empty list */
	const char *why;            /* a few words, where it is not read */
	size_t at;                  /* where */
	enum sh_dialect dialect;    /* that it was read in */
	bool bash;                  /* holds a form that a POSIX shell reads otherwise, or not at all */
	const struct range *comments; /* # to the end of the line, newline left out; none out of such copies */
	size_t ncomments;
};

/* Reads text[at.start, at.end). Never fails: see list. */
void sh_read(struct arena *a, struct text text, struct range at, enum sh_dialect dialect, struct sh_script *out);

/* As sh_read() in SH_BASH; where that cannot be read, in SH_POSIX. */
void sh_read_any(struct arena *a, struct text text, struct range at, struct sh_script *out);

/* Calls each() for every command of the list, those inside others and inside
 * substitutions too, the outer one first: then those in its assignments, words, lists or
 * arms, and redirections. Bounded as reading is. */
void sh_each_command(const struct sh_list *list, void (*each)(const struct sh_command *c, void *data), void *data);

const char *sh_kind_name(enum sh_kind k);  /* "simple", "subshell" ... */
const char *sh_join_name(enum sh_join j);  /* "&&", "||", ";", "&", "newline", "" */
const char *sh_redir_name(enum sh_redir_op op); /* "<", ">>" ... */

#endif
