/* SPDX-License-Identifier: Apache-2.0 */
/* Short names for the rows of tables about source code; for files that hold such tables alone. */
#ifndef DFH_FACTS_SOURCE_SHORT_H
#define DFH_FACTS_SOURCE_SHORT_H

#include "facts/source_table.h"

#define PY SOURCE_PYTHON
#define JS SOURCE_JAVASCRIPT
#define PHP SOURCE_PHP
#define RB SOURCE_RUBY
#define PL SOURCE_PERL
#define GO SOURCE_GO
#define JV SOURCE_JAVA
#define CC SOURCE_C
#define RS SOURCE_RUST
#define CS SOURCE_CSHARP
#define SELF ARG_RECEIVER
#define NO ARG_ABSENT

#endif
