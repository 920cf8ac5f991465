# Real clients and the real daemons, in network namespaces. A test is a Python program that leaves with 77 where this
# machine cannot run it. DHCPD=stock and TFTPD=stock in the environment of ctest run the stock daemons instead.
find_program(PYTHON python3)
# system_test(PROGRAM LABEL SECONDS [ARGUMENT...])
function(system_test program label timeout)
  string(REGEX REPLACE "[.].*|/run" "" name "${program}")
  string(REPLACE ";" "_" name "${name};${ARGN}")
  string(REGEX REPLACE "_$|[^a-zA-Z0-9_]" "" name "${name}")
  if(PYTHON)
    add_test(${label}_${name} "${PYTHON}" "${SRC}/tests/system/${program}" ${ARGN})
    set_tests_properties(${label}_${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout} SKIP_RETURN_CODE 77
      ENVIRONMENT "SRC=${SRC};BUILD=${BUILD};SHARED=${SRC}/../shared")
  endif()
endfunction()

system_test(dhcp_clients.py system 120)
system_test(dhcpd_life.py system 180)
system_test(boot.py boot 300 bios)
system_test(twin/run system 600)
system_test(twin/run system 600 --random 500)
system_test(packaging/manual.py unit 60)
system_test(packaging/init_script.py system 120)
system_test(packaging/packages.py system 300)
