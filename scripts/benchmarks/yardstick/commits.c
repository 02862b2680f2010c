// Writes events, each with a delivery to one stream, into a database that a daemon has made: as few instructions as
// that takes, a hundred a commit, every commit synced. Prints how many seconds it took.
//
//   commits FILE COUNT
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVENTS_PER_COMMIT = 100, IDENTIFIER = 26, ORDER_KEY = 32 };

static const char *const INSERT_EVENT =
    "INSERT INTO event (type, subject, members, txn, accepted_ms) VALUES (?, ?, ?, ?, ?)";
static const char *const INSERT_DELIVERY =
    "INSERT INTO delivery (stream, event_id, jti, iat, audience, profile, order_key, due_ms, place) "
    "VALUES (1, ?, ?, 1800000000, 'https://receiver.example.com', 'ssf-1.0', ?, 1800000000000, 1)";
static const char *const TYPE = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
static const char *const MEMBERS =
    "{\"event_timestamp\":1760000000,\"initiating_entity\":\"policy\","
    "\"reason_admin\":{\"en\":\"Sign-in from a country that the policy refuses\"}}";

static sqlite3 *database;

static void require(int isTrue, const char *what) {
  if (isTrue) return;
  fprintf(stderr, "commits: cannot %s: %s\n", what, sqlite3_errmsg(database));
  exit(1);
}

static void run(const char *sql) { require(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK, sql); }

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  require(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK, sql);
  return statement;
}

static void step(sqlite3_stmt *statement) {
  require(sqlite3_step(statement) == SQLITE_DONE, "write a row");
  sqlite3_reset(statement);
}

// Ascending for the most part, as the daemon's are: ten characters of time, then chance.
static const char *identifier(int number) {
  static char text[IDENTIFIER + 1];
  snprintf(text, sizeof text, "01%08d%08x%08x", number, (unsigned)rand(), (unsigned)rand());
  return text;
}

static void bindText(sqlite3_stmt *statement, int column, const char *text) {
  require(sqlite3_bind_text(statement, column, text, -1, SQLITE_TRANSIENT) == SQLITE_OK, "bind a text");
}

static void writeEvent(sqlite3_stmt *event, int number) {
  char subject[64];
  snprintf(subject, sizeof subject, "{\"format\":\"email\",\"email\":\"user-%d@example.com\"}", number);
  bindText(event, 1, TYPE);
  bindText(event, 2, subject);
  bindText(event, 3, MEMBERS);
  bindText(event, 4, identifier(number));
  sqlite3_bind_int64(event, 5, 1800000000000);
  step(event);
}

static void writeDelivery(sqlite3_stmt *delivery, int number) {
  unsigned char orderKey[ORDER_KEY];
  for (int i = 0; i < ORDER_KEY; i++) orderKey[i] = (unsigned char)rand();
  sqlite3_bind_int64(delivery, 1, sqlite3_last_insert_rowid(database));
  bindText(delivery, 2, identifier(number));
  sqlite3_bind_blob(delivery, 3, orderKey, ORDER_KEY, SQLITE_TRANSIENT);
  step(delivery);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "usage: commits FILE COUNT\n"), 2;
  require(sqlite3_open(arguments[1], &database) == SQLITE_OK, "open the database");
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
  sqlite3_stmt *event = prepare(INSERT_EVENT), *delivery = prepare(INSERT_DELIVERY);
  const int events = atoi(arguments[2]);
  const double start = now();
  for (int number = 0; number < events; number++) {
    if (number % EVENTS_PER_COMMIT == 0) run("BEGIN IMMEDIATE");
    writeEvent(event, number);
    writeDelivery(delivery, number);
    if ((number + 1) % EVENTS_PER_COMMIT == 0) run("COMMIT");
  }
  printf("%.6f\n", now() - start);
  sqlite3_finalize(event);
  sqlite3_finalize(delivery);
  sqlite3_close(database);
  return 0;
}
