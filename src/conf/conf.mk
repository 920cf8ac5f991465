noinst_LIBRARIES += src/conf/libconf.a
src_conf_libconf_a_SOURCES = \
  src/conf/config.h \
  src/conf/diagnostic.cc src/conf/diagnostic.h \
  src/conf/encapsulate.cc src/conf/encapsulate.h \
  src/conf/evaluate.cc src/conf/evaluate.h \
  src/conf/execute.cc src/conf/execute.h \
  src/conf/expression.h \
  src/conf/fold.cc src/conf/fold.h \
  src/conf/keywords.cc src/conf/keywords.h \
  src/conf/lexer.cc src/conf/lexer.h \
  src/conf/operators.cc src/conf/operators.h \
  src/conf/operators_boolean.cc \
  src/conf/operators_data.cc \
  src/conf/operators_number.cc \
  src/conf/option_state.cc src/conf/option_state.h \
  src/conf/parse.h \
  src/conf/parse_context.cc src/conf/parse_context.h \
  src/conf/parse_expression.cc src/conf/parse_expression.h \
  src/conf/parse_primary.cc src/conf/parse_primary.h \
  src/conf/regex.cc src/conf/regex.h \
  src/conf/request_options.cc src/conf/request_options.h \
  src/conf/statement.h \
  src/conf/variables.cc
