import SQLite

/// The tables of the transmitter, as numbered migrations. Times are milliseconds since 1970 (`_ms`), JSON is
/// compact text, secrets are sealed (`Sealer`). Identity sources bring their own tables beside these.
enum Schema {
  /// "SSFT": marks a database file as ours.
  static let applicationID: Int32 = 0x5353_4654

  static let migrations = [
    Migration(number: 1, name: "foundation", sql: access + keys + streams + subjects + events),
    Migration(number: 2, name: "lives of signing keys", sql: signingKeyLives),
    Migration(number: 3, name: "client credentials", sql: clientCredentials),
    Migration(number: 4, name: "event origin", sql: eventOrigin),
    Migration(number: 5, name: "operations", sql: operations),
    Migration(number: 6, name: "withdrawn keys", sql: withdrawnKeys),
    Migration(number: 7, name: "terms of delivery", sql: deliveryTerms),
    Migration(number: 8, name: "audit log", sql: audit),
    Migration(number: 9, name: "history", sql: history),
    Migration(number: 10, name: "restorations", sql: restorations),
    Migration(
      number: 11, name: "last use of tokens", sql: "ALTER TABLE token ADD COLUMN last_used_ms INTEGER;"),
  ]

  /// What tells our files from others.
  static func configuration(with parts: [SchemaPart]) -> Database.Configuration {
    Database.Configuration(
      applicationID: applicationID, supportedSchema: migrations.count, parts: parts)
  }

  private static let access = """
    CREATE TABLE client (
      id TEXT PRIMARY KEY,
      description TEXT,
      audience TEXT,
      scopes TEXT NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE token (
      id TEXT PRIMARY KEY,
      client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      scopes TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      expires_ms INTEGER,
      revoked_ms INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX token_of_client ON token (client_id);

    """

  private static let keys = """
    CREATE TABLE signing_key (
      kid TEXT PRIMARY KEY,
      algorithm TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retiring')),
      sealed BLOB NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    """

  // `number` is the stream's short name in delivery rows and their indexes. `dropped_through` is the last
  // delivery that a stop of the stream has doomed: rows up to it are never sent and are swept away in slices.
  // A deleted stream keeps its row and totals until its deliveries are settled.
  private static let streams = """
    CREATE TABLE stream (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      client_id TEXT,
      provisioned INTEGER NOT NULL CHECK (provisioned IN (0, 1)),
      audience TEXT NOT NULL,
      profile TEXT NOT NULL,
      signing_alg TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('enabled', 'paused', 'disabled')),
      reason TEXT,
      method TEXT NOT NULL,
      endpoint_url TEXT,
      authorization_header BLOB,
      events_requested TEXT,
      description TEXT,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL,
      verified_ms INTEGER,
      dropped_through INTEGER NOT NULL DEFAULT 0,
      default_subjects TEXT NOT NULL CHECK (default_subjects IN ('ALL', 'NONE')),
      deleted_ms INTEGER
    ) STRICT;

    CREATE TABLE stream_totals (
      stream INTEGER PRIMARY KEY REFERENCES stream (number),
      accepted INTEGER NOT NULL DEFAULT 0,
      delivered INTEGER NOT NULL DEFAULT 0,
      dead INTEGER NOT NULL DEFAULT 0,
      expired INTEGER NOT NULL DEFAULT 0,
      dropped INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    """

  // What is stored for a stream: its exclusions if it began with ALL subjects, else its inclusions.
  // `digest` is that of the whole subject (`StoredSubject`), which also finds it; a complex inclusion has a part
  // besides for each smaller set of its fields, shared with the subjects that have the same values there.
  // `begin_ms` and `end_ms` bound the time in which a subject counts, NULL being no bound; `ending_ms` of a part is
  // the largest integer for none, so that one seek tells whether any subject of the part still counts.
  // `subject_shape` counts the subjects of each set of field names; the row is there while there are any.
  private static let subjects = """
    CREATE TABLE subject_shape (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      stream INTEGER NOT NULL REFERENCES stream (number),
      shape TEXT NOT NULL,
      subjects INTEGER NOT NULL,
      UNIQUE (stream, shape)
    ) STRICT;

    CREATE TABLE subject (
      stream INTEGER NOT NULL,
      digest BLOB NOT NULL CHECK (length(digest) = 16),
      shape INTEGER NOT NULL,
      verified INTEGER CHECK (verified IN (0, 1)),
      begin_ms INTEGER,
      end_ms INTEGER,
      PRIMARY KEY (stream, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX subject_end ON subject (stream, end_ms) WHERE end_ms IS NOT NULL;

    CREATE TABLE subject_part (
      stream INTEGER NOT NULL,
      digest BLOB NOT NULL CHECK (length(digest) = 16),
      ending_ms INTEGER NOT NULL,
      subjects INTEGER NOT NULL,
      PRIMARY KEY (stream, digest, ending_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX subject_part_end ON subject_part (stream, ending_ms) WHERE ending_ms < 9223372036854775807;

    """

  // `seq` ascends in the order of acceptance, over all streams and so within each.
  // `state`: 0 pending, 1 delivered, 2 dead, 3 expired, 4 dropped.
  // `place` keeps the order of one subject's events: 0 waits behind an earlier one, 1 is its order key's head,
  // 2 stands aside, after a rejection or as a farewell, and holds nothing back.
  // `farewell`: tells of a stop of the stream that the transmitter makes, and is still sent when all else is held.
  private static let events = """
    CREATE TABLE event (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      type TEXT NOT NULL,
      subject TEXT NOT NULL,
      members TEXT NOT NULL,
      txn TEXT NOT NULL,
      accepted_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE delivery (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      stream INTEGER NOT NULL,
      event_id INTEGER NOT NULL,
      jti TEXT NOT NULL,
      iat INTEGER NOT NULL,
      audience TEXT NOT NULL,
      profile TEXT NOT NULL,
      order_key BLOB NOT NULL,
      state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4),
      place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 2),
      farewell INTEGER NOT NULL DEFAULT 0 CHECK (farewell IN (0, 1)),
      due_ms INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      rejections INTEGER NOT NULL DEFAULT 0,
      last_code TEXT,
      last_status INTEGER,
      settled_ms INTEGER,
      UNIQUE (stream, jti)
    ) STRICT;
    CREATE INDEX delivery_due ON delivery (stream, due_ms, seq) WHERE state = 0 AND place > 0;
    CREATE INDEX delivery_farewell ON delivery (stream, seq) WHERE state = 0 AND farewell = 1;
    CREATE INDEX delivery_order ON delivery (stream, order_key, seq) WHERE state = 0 AND place < 2;
    CREATE INDEX delivery_pending ON delivery (stream, seq) WHERE state = 0;

    CREATE TABLE submission (
      client_id TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      digest BLOB NOT NULL,
      answer TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      PRIMARY KEY (client_id, idempotency_key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX submission_age ON submission (created_ms);
    """
}
