# A program of unit tests is listed once here; where GoogleTest was missing at configure time it is skipped.
function(unit_test name)
  if(EXISTS "${BUILD}/tests/unit/${name}")
    add_test(unit_${name} "${BUILD}/tests/unit/${name}")
    set_tests_properties(unit_${name} PROPERTIES LABELS unit TIMEOUT 120
      ENVIRONMENT "SRCDIR=${SRC};SHARED=${SRC}/../shared")
  endif()
endfunction()

unit_test(base_test)
unit_test(dhcp_test)
unit_test(dhcpd_test)
unit_test(lease_test)
unit_test(tftp_test)
unit_test(tftpd_test)
unit_test(conf_test)
