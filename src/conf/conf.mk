noinst_LIBRARIES += src/conf/libconf.a
src_conf_libconf_a_SOURCES = \
  src/conf/config.h \
  src/conf/diagnostic.cc src/conf/diagnostic.h \
  src/conf/evaluate.h \
  src/conf/expression.h \
  src/conf/keywords.cc src/conf/keywords.h \
  src/conf/lexer.cc src/conf/lexer.h \
  src/conf/parse.h \
  src/conf/parse_context.cc src/conf/parse_context.h \
  src/conf/parse_expression.h \
  src/conf/statement.h
