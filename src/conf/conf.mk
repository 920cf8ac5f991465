noinst_LIBRARIES += src/conf/libconf.a
src_conf_libconf_a_SOURCES = \
  src/conf/config.cc src/conf/config.h \
  src/conf/config_index.h \
  src/conf/diagnostic.cc src/conf/diagnostic.h \
  src/conf/encapsulate.cc src/conf/encapsulate.h \
  src/conf/evaluate.cc src/conf/evaluate.h \
  src/conf/execute.cc src/conf/execute.h \
  src/conf/expression.h \
  src/conf/finish.cc \
  src/conf/fold.cc src/conf/fold.h \
  src/conf/hash_index.h \
  src/conf/hints.cc src/conf/hints.h \
  src/conf/kept_handler.cc src/conf/kept_handler.h \
  src/conf/keywords.cc src/conf/keywords.h \
  src/conf/lexer.cc src/conf/lexer.h \
  src/conf/operators.cc src/conf/operators.h \
  src/conf/operators_boolean.cc \
  src/conf/operators_data.cc \
  src/conf/operators_number.cc \
  src/conf/option_state.cc src/conf/option_state.h \
  src/conf/parse.cc src/conf/parse.h \
  src/conf/parse_class.cc \
  src/conf/parse_context.cc src/conf/parse_context.h \
  src/conf/parse_declaration.cc \
  src/conf/parse_expression.cc src/conf/parse_expression.h \
  src/conf/parse_failover.cc \
  src/conf/parse_host.cc \
  src/conf/parse_network.cc \
  src/conf/parse_option_definition.cc \
  src/conf/parse_option_value.cc \
  src/conf/parse_pool.cc \
  src/conf/parse_primary.cc src/conf/parse_primary.h \
  src/conf/parse_statement.cc \
  src/conf/parse_update.cc \
  src/conf/parse_value.cc src/conf/parse_value.h \
  src/conf/parser.h \
  src/conf/regex.cc src/conf/regex.h \
  src/conf/request_options.cc src/conf/request_options.h \
  src/conf/statement.h \
  src/conf/variables.cc
