# SPDX-License-Identifier: Apache-2.0
# One table of the catalog, from tab-separated text to C.
#
#   LC_ALL=C awk -f tools/catalog.awk -v table=tags data/tags.tsv > build/gen/catalog_tags.h
#   ... -v table=configs -v repeat=1 ...       the same key on several rows; their order is kept
#
# POSIX awk. The first line of the input names the columns; the first column is the
# key, sorted bytewise. Bytes must be printable ASCII, so that lengths are the same
# in every awk. An input that breaks a rule gives no table: a message with file and
# line on stderr, and exit status 1.
#
# The output holds, for table T with columns a, b:
#   enum { T_A, T_B, T_COLUMNS };  enum { T_ROWS = n };
#   T_pool                    every distinct cell once, each followed by a NUL
#   T_cells[T_ROWS][T_COLUMNS]        offsets into T_pool
# There is no pointer in it, so a position-independent program has nothing to
# relocate at start-up. Nothing but the input decides on a byte of it.

function fail(message) {
	printf "%s:%d: %s\n", FILENAME, FNR, message > "/dev/stderr"
	failed = 1
	exit 1
}

# A cell as the inside of a C string; "?" too, or "??/" would be a trigraph.
function escaped(cell,    out) {
	out = ""
	while (match(cell, /[\\"?]/)) {
		out = out substr(cell, 1, RSTART - 1) "\\" substr(cell, RSTART, 1)
		cell = substr(cell, RSTART + 1)
	}
	return out cell
}

# Offset of the cell in the pool. A chunk is one C string, for which 4095 bytes are
# the longest that every compiler takes; its own NUL ends its last cell.
function intern(cell,    size) {
	if (cell in offset)
		return offset[cell]
	size = length(cell) + 1
	if (size > 4095)
		fail("cell of " (size - 1) " bytes; split the row")
	if (chunks == 0 || chunk_size[chunks] + size > 4095) {
		chunks++
		chunk_size[chunks] = 0
		chunk_first[chunks] = cells
	}
	cell_text[cells++] = cell
	chunk_size[chunks] += size
	offset[cell] = pool_size
	pool_size += size
	return offset[cell]
}

BEGIN {
	FS = "\t"
	cells = chunks = pool_size = rows = columns = 0
	if (table !~ /^[a-z][a-z_]*$/) {
		print "usage: awk -f catalog.awk -v table=NAME [-v repeat=1] FILE" > "/dev/stderr"
		failed = 1
		exit 1
	}
	intern("")
}

/[^ -~\t]/ { fail("byte that is no printable ASCII") }

FNR == 1 {
	columns = NF
	for (i = 1; i <= NF; i++) {
		if ($i !~ /^[a-z][a-z0-9_]*$/ || ($i in known))
			fail("bad column name \"" $i "\"")
		known[$i] = 1
		column[i] = toupper($i)
	}
	next
}

{
	if (NF != columns)
		fail(NF " columns where the header has " columns)
	key = $1 ""
	if (key == "")
		fail("row without a key")
	if (rows > 0 && key < previous)
		fail("key \"" key "\" is not in order")
	if (rows > 0 && key == previous && !repeat)
		fail("key \"" key "\" stands twice")
	previous = key
	line = ""
	for (i = 1; i <= NF; i++)
		line = line (i > 1 ? ", " : "") intern($i "")
	row[rows++] = line
}

END {
	if (failed)
		exit 1
	if (rows == 0) {
		print FILENAME ": no rows" > "/dev/stderr"
		exit 1
	}
	name = toupper(table)
	print "/* Made by tools/catalog.awk from data/" table ".tsv; changes belong there. */"
	print "#include <stdint.h>\n"
	print "enum {"
	for (i = 1; i <= columns; i++)
		print "\t" name "_" column[i] ","
	print "\t" name "_COLUMNS\n};"
	print "enum { " name "_ROWS = " rows " };\n"
	print "static const struct {"
	for (c = 1; c <= chunks; c++)
		print "\tchar s" c "[" chunk_size[c] "];"
	print "} " table "_pool = {"
	chunk_first[chunks + 1] = cells
	for (c = 1; c <= chunks; c++) {
		last = chunk_first[c + 1] - 1
		for (i = chunk_first[c]; i <= last; i++)
			print "\t\"" escaped(cell_text[i]) (i < last ? "\\0\"" : "\",")
	}
	print "};"
	print "_Static_assert(sizeof(" table "_pool) == " pool_size ", \"the pool has no gaps\");\n"
	print "static const uint32_t " table "_cells[" name "_ROWS][" name "_COLUMNS] = {"
	for (i = 0; i < rows; i++)
		print "\t{ " row[i] " },"
	print "};"
}
