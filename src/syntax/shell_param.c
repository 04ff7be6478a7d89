/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters: $x, ${x...}. */
#include "syntax/shell_read.h"

#include <string.h>

bool shr_special_parameter(int c)
{
	return c > 0 && c < 128 && (strchr("@*#?-$!", c) || (c >= '0' && c <= '9'));
}

/* A name, digits (outside of braces: one) or a special character, at hand. */
static struct text read_name(struct sh_reader *r, bool braced)
{
	int c = shr_cur(r);
	size_t start = r->at;

	if (c != SHR_END && (shr_name_start(c) || shr_special_parameter(c))) {
		bool name = shr_name_start(c), digit = shr_name_byte(c) && !name;

		shr_take(r, 1);
		while (name ? shr_name_byte(shr_cur(r))
			    : digit && braced && shr_cur(r) >= '0' && shr_cur(r) <= '9')
			shr_take(r, 1);
		return shr_squeeze(r, (struct range){ start, r->last });
	}
	return TEXT_NONE;
}

/* ${# is the number of arguments, or the length of what follows. */
static bool is_prefix(const struct sh_reader *r, int c)
{
	int next = shr_look(r, 1), behind = shr_look(r, 2);

	if (c == '!')
		return shr_name_byte(next) ||
		       ((next == '@' || next == '*' || next == '#') && behind == '}' && shr_in_bash(r));
	if (c != '#' || next == SHR_END || next == '}')
		return false;
	return shr_name_byte(next) || (shr_special_parameter(next) && behind == '}');
}

/* Does bash alone know what follows the name? */
static bool bash_operator(struct sh_reader *r)
{
	int c = shr_cur(r), next = shr_look(r, 1);

	if (c == ':')
		return next == SHR_END || next == 0 || next >= 128 || !strchr("-=?+", next);
	return c > 0 && c < 128 && strchr("[/^,@~", c);
}

static void read_braced(struct sh_reader *r, enum sh_run run, struct sh_part *p)
{
	size_t start = p->at.start;
	bool pattern;
	int c;

	shr_take(r, 1);
	c = shr_cur(r);
	if (is_prefix(r, c)) {
		shr_take(r, 1);
		r->bash |= c == '!';
	}
	p->name = read_name(r, true);
	r->bash |= bash_operator(r);
	/* The pattern of # and % is quoted as outside of double quotes. */
	pattern = shr_cur(r) == '#' || shr_cur(r) == '%';
	shr_run(r, shr_in_double(run) && !pattern ? RUN_BRACED_DOUBLE : RUN_BRACED);
	shr_close(r, start, '}', "${ is not closed");
}

void shr_param(struct sh_reader *r, enum sh_run run, struct sh_part *p)
{
	shr_take(r, 1);
	if (shr_cur(r) == '{')
		read_braced(r, run, p);
	else
		p->name = read_name(r, false);
}
