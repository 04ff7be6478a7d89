/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as folders: which belong to the system, so that no program is given one, and what lies in which. */
#ifndef DFH_FACTS_PLACE_H
#define DFH_FACTS_PLACE_H

#include "base/text.h"

/* The folder itself; what lies below may be a program's own. */
bool place_is_system(struct text path);
/* A folder of the system itself, and all below what its services share (/run, /var/lib ...). */
bool place_is_shared(struct text path);
/* Everybody may write there, or nothing of it is in the image: /tmp, /dev, /proc. */
bool place_is_open(struct text path);
/* The path is the folder, or lies below it. */
bool place_holds(struct text dir, struct text path);
/* The folder that a path lies in; "/" for what lies there. */
struct text place_parent(struct text path);

#endif
