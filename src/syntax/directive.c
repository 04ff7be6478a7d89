/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/directive.h"

#include "base/utf8.h"

#include <jansson.h>
#include <string.h>

static const char *const keys[] = { "syntax", "escape", "check" };
static const char *const twice[] = { "only one syntax directive is allowed", "only one escape directive is allowed",
				     "only one check directive is allowed" };

/* Go's \s: [\t\n\f\r ] */
static bool is_s(char c)
{
	return c != '\v' && ascii_space((unsigned char)c);
}

static size_t skip_s(struct text t, size_t at)
{
	while (at < t.n && is_s(t.p[at]))
		at++;
	return at;
}

/* ^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$ */
static bool split(struct text t, struct text *key, struct text *value)
{
	size_t at = 0, end = t.n;

	while (at < t.n && (at ? ascii_alnum((unsigned char)t.p[at]) : ascii_alpha((unsigned char)t.p[at])))
		at++;
	*key = text_sub(t, 0, at);
	at = skip_s(t, at);
	if (key->n == 0 || at >= t.n || t.p[at] != '=')
		return false;
	at = skip_s(t, at + 1);
	while (end > at && is_s(t.p[end - 1]))
		end--;
	*value = text_sub(t, at, end);
	return value->n > 0;
}

bool directive_next(struct directive_reader *r, struct text line, struct directive *out, const char **why)
{
	struct text mark = text_of(r->mark ? r->mark : "#"), key;

	*why = NULL;
	if (r->done)
		return false;
	r->done = true;
	if (!text_starts(line, mark) || !split(utf8_trim_left(text_from(line, mark.n)), &key, &out->value))
		return false;
	for (unsigned int i = 0; i < 3; i++) {
		if (!text_iis(key, keys[i]))
			continue;
		r->done = false;
		out->name = text_of(keys[i]);
		if (r->seen & 1u << i)
			*why = twice[i];
		r->seen |= 1u << i;
		return !*why;
	}
	return false;
}

static bool find(struct text text, const char *mark, struct text *out)
{
	struct directive_reader r = { .mark = mark };
	struct directive d;
	struct text line;
	const char *why;
	bool more = true;

	while (!r.done && text_cut(&text, '\n', &line, &more)) {
		if (text_ends(line, TEXT("\r")))
			line.n--;
		if (directive_next(&r, line, &d, &why) && text_is(d.name, "syntax")) {
			*out = text_sub(d.value, 0, text_chr(d.value, ' ', 0));
			return true;
		}
		if (why)
			return false;
	}
	return false;
}

static struct text from_json(struct arena *a, struct text text)
{
	json_t *root = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
	json_t *v = json_object_get(root, "syntax");
	struct text out = TEXT_NONE;

	if (json_is_string(v))
		out = arena_text(a, (struct text){ json_string_value(v), json_string_length(v) });
	json_decref(root);
	return out;
}

struct text directive_syntax(struct arena *a, struct text text)
{
	struct text out = TEXT_NONE;

	if (text_starts(text, TEXT("\xEF\xBB\xBF")))
		text = text_from(text, 3);
	if (text_starts(text, TEXT("#!"))) {
		size_t nl = text_chr(text, '\n', 0);

		text = nl == TEXT_NPOS ? TEXT_NONE : text_from(text, nl + 1);
	}
	if (find(text, "#", &out) || find(text, "//", &out))
		return out;
	if (text_starts(utf8_trim_left(text), TEXT("{")))
		return from_json(a, text);
	return TEXT_NONE;
}
