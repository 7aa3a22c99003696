// SPDX-License-Identifier: BSD-2-Clause
/* What a handler asks of a node. */
#include <lib/fdt.h>
#include <lib/string.h>
#include <libfdt.h>
#include <molt/err.h>

/* @cells big-endian cells; the caller has checked that they are 0, 1 or 2. */
static u64 read_cells(const void *data, u32 cells)
{
	const fdt32_t *cell = data;
	u64 value = 0;

	while (cells--)
		value = value << 32 | fdt32_ld(cell++);
	return value;
}

const void *fdt_node_property(const struct fdt_node *node, enum fdt_property_id id, u32 *length)
{
	if (!fdt_node_has(node, id))
		return NULL;
	*length = node->property[id].length;
	return node->property[id].data;
}

u64 fdt_node_number(const struct fdt_node *node, enum fdt_property_id id, u64 otherwise)
{
	u32 length;
	const void *data = fdt_node_property(node, id, &length);

	if (!data || (length != 4 && length != 8))
		return otherwise;
	return read_cells(data, length / 4);
}

const char *fdt_node_string(const struct fdt_node *node, enum fdt_property_id id)
{
	u32 length;
	const char *text = fdt_node_property(node, id, &length);

	return text && memchr(text, 0, length) ? text : NULL;
}

bool fdt_node_available(const struct fdt_node *node)
{
	const char *status = fdt_node_string(node, FDT_STATUS);

	if (!fdt_node_has(node, FDT_STATUS))
		return true;
	return status && (!strcmp(status, "okay") || !strcmp(status, "ok"));
}

int fdt_node_range(const struct fdt_node *node, enum fdt_property_id id, unsigned int index,
	u64 *base, u64 *size)
{
	u32 address_cells, size_cells, length, stride;
	const char *data = fdt_node_property(node, id, &length);

	if (!data || !node->parent)
		return -ENOENT;
	address_cells = node->parent->address_cells;
	size_cells = node->parent->size_cells;
	stride = 4 * (address_cells + size_cells);
	if (address_cells < 1 || address_cells > 2 || size_cells > 2 || length % stride)
		return -EPROTO;
	if (index >= length / stride)
		return -ENOENT;
	*base = read_cells(data + index * stride, address_cells);
	*size = read_cells(data + index * stride + 4 * address_cells, size_cells);
	return 0;
}

int fdt_node_reg(const struct fdt_node *node, unsigned int index, u64 *base, u64 *size)
{
	return fdt_node_range(node, FDT_REG, index, base, size);
}

int fdt_node_cell(
	const struct fdt_node *node, enum fdt_property_id id, unsigned int index, u32 *cell)
{
	u32 length;
	const char *data = fdt_node_property(node, id, &length);

	if (!data || index >= length / 4)
		return -ENOENT;
	*cell = (u32)read_cells(data + 4 * index, 1);
	return 0;
}

/* One bus up: @address below @bus to the address space that @bus itself lies in. */
static int translate_bus(const struct fdt_node *bus, u64 *address)
{
	u32 child = bus->address_cells, size_cells = bus->size_cells, length, at, stride;
	u32 parent = bus->parent->address_cells;
	const char *ranges = fdt_node_property(bus, FDT_RANGES, &length);

	if (!ranges)
		return -ENOENT;
	if (!length)
		return 0;
	/* Three cells (PCI) carry flags first: no device that boot needs is there. */
	if (child < 1 || child > 2 || parent < 1 || parent > 2 || size_cells > 2)
		return -ENOENT;
	stride = 4 * (child + parent + size_cells);
	for (at = 0; at + stride <= length; at += stride) {
		u64 from = read_cells(ranges + at, child);
		u64 to = read_cells(ranges + at + 4 * child, parent);
		u64 size = read_cells(ranges + at + 4 * (child + parent), size_cells);

		if (*address >= from && *address - from < size) {
			*address = *address - from + to;
			return 0;
		}
	}
	return -ENOENT;
}

int fdt_node_translate(const struct fdt_node *node, u64 *address)
{
	const struct fdt_node *bus;

	for (bus = node->parent; bus && bus->parent; bus = bus->parent) {
		int err = translate_bus(bus, address);

		if (err)
			return err;
	}
	return 0;
}

int fdt_node_path(const struct fdt_node *node, char *buffer, int size)
{
	int length = 0, name = (int)strlen(node->name);

	if (!node->parent)
		return size ? 0 : -ENOSPC;
	length = fdt_node_path(node->parent, buffer, size);
	if (length < 0 || length + 1 + name >= size)
		return -ENOSPC;
	buffer[length] = '/';
	memcpy(buffer + length + 1, node->name, (size_t)name + 1);
	return length + 1 + name;
}

int fdt_reservation(const void *fdt, int index, u64 *base, u64 *size)
{
	if (fdt_get_mem_rsv(fdt, index, base, size))
		return -EPROTO;
	return *size ? 0 : -ENOENT;
}

const char *fdt_alias(const void *fdt, int aliases, const char *name)
{
	int length;
	const char *path = fdt_getprop(fdt, aliases, name, &length);

	return path && length > 0 && memchr(path, 0, (size_t)length) ? path : NULL;
}
