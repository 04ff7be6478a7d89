/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"

#define TRANSFORM(name) extern const struct transform transform_##name;
#include "transforms/transforms.def"
#undef TRANSFORM

#define TRANSFORM(name) &transform_##name,
const struct transform *const transforms[] = {
#include "transforms/transforms.def"
};
#undef TRANSFORM

const size_t transforms_count = sizeof(transforms) / sizeof(transforms[0]);

const struct transform *transform_find(struct text id)
{
	for (size_t i = 0; i < transforms_count; i++)
		if (text_is(id, transforms[i]->id))
			return transforms[i];
	return NULL;
}
