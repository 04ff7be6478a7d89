/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DFH_REPORT_CUT_H
#define DFH_REPORT_CUT_H

#include "base/text.h"

/* Where a text longer than max bytes is to be cut: there, or up to three bytes before
 * it, so that no character is cut in two. */
static inline size_t cut_at(struct text t, size_t max)
{
	size_t end = max;

	while (end > 0 && end + 3 > max && ((unsigned char)t.p[end] & 0xC0) == 0x80)
		end--;
	return end;
}

#endif
