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
