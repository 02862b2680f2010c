#pragma once
#include <sqlite3.h>

// What the Swift importer leaves out of sqlite3.h: SQLITE_TRANSIENT is a macro with a cast, sqlite3_db_config is variadic.

/// Binds a copy of the text; a null pointer of no bytes is the empty text, not NULL.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_text64(statement, index, bytes ? (const char *)bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds a copy of the bytes; a null pointer of no bytes is the empty blob, not NULL.
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_blob64(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

/// Sets one of the SQLITE_DBCONFIG_* options that take an on/off value.
static inline int csqlite_set_option(sqlite3 *connection, int option, int value) {
  return sqlite3_db_config(connection, option, value, (int *)0);
}
