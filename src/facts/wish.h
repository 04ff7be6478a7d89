/* SPDX-License-Identifier: Apache-2.0 */
/* As whom an owner wants containers to run. */
#ifndef DFH_FACTS_WISH_H
#define DFH_FACTS_WISH_H

#include "base/text.h"

struct user_wish {
	struct text name, uid, gid; /* of an account that is made */
	bool by_name;               /* USER says the name, not the numbers */
	bool openshift;             /* any uid in group 0: what is written belongs to that group, which may write */
};

/* app, 10001:10001, by number. */
extern const struct user_wish user_wish_usual;

#endif
