/* SPDX-License-Identifier: Apache-2.0 */
/* Other spellings of a case, of which the same must come out:
 *   crlf        each LF becomes CR LF
 *   no-newline  the final newline is cut
 *   escape      # escape=` on top, and ` for every escape character
 *   staged      a stage behind it that copies from it */
#ifndef DFH_TESTS_VARIANTS_H
#define DFH_TESTS_VARIANTS_H

#include "support/fixture.h"

/* NULL where each variant of a case that reads gives its variant of the result. */
const char *variants_judge(struct fixture *f);

#endif
