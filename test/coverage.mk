# SPDX-License-Identifier: BSD-2-Clause
# make coverage: what the unit tests reach of memblock and of the FDT reading (docs/testing.md).

coverage-flavours := memblock memblock-names memblock-numa memblock-numa-hotplug fdt
coverage-programs = $(filter-out %_oracle_test %_fuzz_test,$(patsubst $(host)/%,%,\
	$(filter $(foreach flavour,$(coverage-flavours),$(host)/$(flavour)/%),$(host-programs))))

.PHONY: coverage
coverage: host-libfdt
	$(Q)$(PYTHON) scripts/coverage.py --out $(O)/coverage $(coverage-programs)
