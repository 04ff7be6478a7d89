/* SPDX-License-Identifier: Apache-2.0 */
/* Taking apart what deflate packed (RFC 1951, RFC 1952). The only room that knows zlib. */
#ifndef DFH_BASE_INFLATE_H
#define DFH_BASE_INFLATE_H

#include "base/buf.h"

/* A gzip file, of several members too; what follows the last one is ignored, as gzip does. Appends to *out. False
 * where it is no such file, is damaged or ends early, or where over max bytes would come out; *out then holds
 * whatever came out before. */
bool inflate_gzip(struct text in, size_t max, struct buf *out);

/* A bare deflate stream, as a zip file holds. */
bool inflate_raw(struct text in, size_t max, struct buf *out);

#endif
