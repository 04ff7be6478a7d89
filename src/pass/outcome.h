/* SPDX-License-Identifier: Apache-2.0 */
/* What came of one Dockerfile: a change set and what there is to tell about it. */
#ifndef DFH_PASS_OUTCOME_H
#define DFH_PASS_OUTCOME_H

#include "facts/image.h"
#include "pass/finding.h"

/* A difference between the image that the file gave and the one it gives now. */
struct effect {
	struct text stage; /* its name, or its number counted from 0 */
	size_t index;      /* of the stage */
	bool exported;     /* it is in an image that leaves the build */
	enum aspect aspect;
	struct text key;
	bool had, has;     /* there was a value; there is one */
	struct text before, after; /* NUL stands between the words of a command */
};

/* A bug of ours: a transform whose result did not hold and was taken back. */
struct fault {
	const struct transform *by;
	struct text message;
};

/* One file of the change set. */
struct change {
	struct text path;
	bool is_new;
	struct text before, after;
};

/* Filled by harden(); the owner calls outcome_release(). All texts live in arena. */
struct outcome {
	struct arena arena;
	struct text path;
	struct text before, after; /* of the Dockerfile */
	/* Where bad: BuildKit refuses the file, it is left alone. */
	bool unreadable;
	struct place problem_place;
	struct text problem;
	struct change *changes; /* the Dockerfile, if it changed, comes first */
	size_t nchanges;
	struct finding **findings; /* by place */
	size_t nfindings;
	struct effect *effects;
	size_t neffects;
	struct fault *faults;
	size_t nfaults, faults_cap;
	size_t readings; /* how often the text was parsed */
};

void outcome_release(struct outcome *o);

#endif
