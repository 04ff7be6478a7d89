/* SPDX-License-Identifier: Apache-2.0 */
#include "app/message.h"

#include "base/utf8.h"
#include "base/visible.h"

/* Longest word that is compared, and that is shown. */
enum { WORD_MAX = 40, SHOWN_MAX = 60 };

void message_error(struct buf *out, const char *message, bool color)
{
	buf_adds(out, color ? "dfharden: \033[31merror:\033[m " : "dfharden: error: ");
	visible_add(out, text_of(message), VISIBLE_LINE);
	buf_addc(out, '\n');
}

void message_show(struct buf *out, struct text t, size_t max)
{
	size_t end = 0, width;

	while (end < t.n && end < max) {
		utf8_decode(t, end, &width);
		end += width;
	}
	visible_add(out, text_sub(t, 0, end), VISIBLE_LINE);
	if (end < t.n)
		buf_adds(out, "...");
}

/* --- the nearest word ------------------------------------------------------- */

static char folded(char c)
{
	return c == '_' ? '-' : ascii_lower(c);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, drop, change or swap with the next. Both have at most WORD_MAX. */
static size_t distance(struct text a, struct text b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t j = 0; j <= b.n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		d[i][0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			char x = folded(a.p[i - 1]), y = folded(b.p[j - 1]);

			d[i][j] = least(d[i - 1][j - 1] + (x != y), least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && x == folded(b.p[j - 2]) && y == folded(a.p[i - 2]))
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a.n][b.n];
}

struct nearest nearest_to(struct text word)
{
	/* Further off than a third of the word is another word. */
	return (struct nearest){ word, NULL, 2 + word.n / 3 };
}

void nearest_try(struct nearest *n, const char *name)
{
	struct text t = text_of(name);
	size_t d;

	if (n->word.n == 0 || n->word.n > WORD_MAX || t.n > WORD_MAX)
		return;
	d = distance(n->word, t);
	/* Two words with nothing in common are not near, however short they are. */
	if (d < n->distance && d < least(n->word.n, t.n)) {
		n->distance = d;
		n->name = name;
	}
}

int message_unknown(struct error *e, const char *what, const struct nearest *n, const char *otherwise)
{
	struct buf shown = { 0 };

	message_show(&shown, n->word, SHOWN_MAX);
	buf_addc(&shown, '\0');
	if (n->name)
		error_set(e, "unknown %s \"%s\"; did you mean \"%s\"?", what, shown.p, n->name);
	else
		error_set(e, "unknown %s \"%s\"; %s", what, shown.p, otherwise);
	buf_release(&shown);
	return -1;
}
