/* SPDX-License-Identifier: Apache-2.0 */
/* Words with their quotes taken off. */
#include "syntax/shell_read.h"

#include <string.h>

struct out {
	char *p;
	size_t n;
	bool known;
};

static void add(struct out *o, struct text t)
{
	if (t.n)
		memcpy(o->p + o->n, t.p, t.n);
	o->n += t.n;
}

/* A backslash goes before the bytes of `quotes` (all of them where it is NULL). */
static void add_escaped(struct out *o, struct text t, const char *quotes)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '\\' && i + 1 < t.n) {
			char c = t.p[i + 1];

			if (c == '\n') {
				i++;
				continue;
			}
			if (!quotes || (c && strchr(quotes, c)))
				i++;
			else
				o->p[o->n++] = '\\', i++;
		}
		o->p[o->n++] = t.p[i];
	}
}

static int digit_of(char c)
{
	if (ascii_digit((unsigned char)c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* The digits of \NNN or \xHH at t[*i]; *i is left behind them. */
static int ansi_number(struct text t, size_t *i, int base, size_t most)
{
	int value = 0;

	for (; most && *i < t.n && digit_of(t.p[*i]) < base; most--)
		value = value * base + digit_of(t.p[(*i)++]);
	return value & 255;
}

static void add_ansi_escape(struct out *o, struct text t, size_t *i)
{
	static const char from[] = "abefnrtvE\\'\"?", to[] = "\a\b\033\f\n\r\t\v\033\\'\"?";
	char c = t.p[*i];
	const char *at = c ? strchr(from, c) : NULL;
	int byte;

	if (at) {
		o->p[o->n++] = to[at - from];
		++*i;
		return;
	}
	if (c == 'x' && *i + 1 < t.n && digit_of(t.p[*i + 1]) < 16) {
		++*i;
		byte = ansi_number(t, i, 16, 2);
	} else if (c >= '0' && c <= '7') {
		byte = ansi_number(t, i, 8, 3);
	} else {
		o->known = false;
		return;
	}
	o->p[o->n++] = (char)byte;
	o->known &= byte != 0; /* bash ends the string there */
}

static void add_ansi(struct out *o, struct text t)
{
	for (size_t i = 0; i < t.n && o->known;) {
		if (t.p[i] == '\\' && i + 1 < t.n) {
			i++;
			add_ansi_escape(o, t, &i);
		} else {
			o->p[o->n++] = t.p[i++];
		}
	}
}

static void add_part(struct out *o, const struct sh_part *p, struct text script)
{
	struct text t = text_range(script, p->at);

	switch (p->kind) {
	case SH_LITERAL:
		add_escaped(o, t, NULL);
		break;
	case SH_SINGLE:
		add(o, text_sub(t, 1, t.n - 1));
		break;
	case SH_DOUBLE:
		add_escaped(o, text_sub(t, 1, t.n - 1), "$`\"\\");
		break;
	case SH_LOCALE:
	case SH_ANSI:
		if (t.p[1] == '\\')
			o->known = false; /* of a continued line, behind the dollar */
		else if (p->kind == SH_ANSI)
			add_ansi(o, text_sub(t, 2, t.n - 1));
		else
			add_escaped(o, text_sub(t, 2, t.n - 1), "$`\"\\");
		break;
	default:
		add(o, t);
	}
}

static struct out unquote(struct sh_reader *r, const struct sh_word *w)
{
	struct out o = { arena_bytes(r->arena, w->at.end - w->at.start + 1), 0, true };

	for (size_t i = 0; i < w->nparts; i++)
		add_part(&o, &w->parts[i], r->text);
	return o;
}

struct text shr_unquoted(struct sh_reader *r, const struct sh_word *w)
{
	struct out o = unquote(r, w);

	return (struct text){ o.p, o.n };
}

/* Quotes inside an extended pattern would have to stay and go at once. */
static bool has_extglob(const struct sh_word *w)
{
	for (size_t i = 0; i < w->nparts; i++)
		if (w->parts[i].kind == SH_EXTGLOB)
			return true;
	return false;
}

struct maybe shr_value(struct sh_reader *r, const struct sh_word *w)
{
	struct text t = text_range(r->text, w->at);
	struct out o;

	if (w->marks & SH_EXPANDS)
		return maybe_unknown();
	if (!(w->marks & SH_QUOTED) && !text_has(t, '\\'))
		return maybe_known(t);
	if (has_extglob(w))
		return maybe_unknown();
	o = unquote(r, w);
	return o.known ? maybe_known((struct text){ o.p, o.n }) : maybe_unknown();
}
