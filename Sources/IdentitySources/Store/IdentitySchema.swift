package import SQLite

/// The tables of identity sources, beside those of the transmitter and versioned apart from them. Times are
/// milliseconds since 1970 (`_ms`).
package enum IdentitySchema {
  package static let part = SchemaPart(
    name: "identity_sources",
    migrations: [Migration(number: 1, name: "foundation", sql: snapshot + sessions + staging)])

  // `number` is the short name of a source in the other tables. A deleted source keeps its row until its tables are
  // swept. A profile is the canonical JSON of an object whose members are strings.
  private static let snapshot = """
    CREATE TABLE identity_source (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL,
      description TEXT,
      identities INTEGER NOT NULL DEFAULT 0,
      created_ms INTEGER NOT NULL,
      deleted_ms INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX identity_source_id ON identity_source (id) WHERE deleted_ms IS NULL;
    CREATE INDEX identity_source_deleted ON identity_source (number) WHERE deleted_ms IS NOT NULL;

    CREATE TABLE identity (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      source INTEGER NOT NULL,
      external_id TEXT NOT NULL,
      profile BLOB NOT NULL,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL,
      UNIQUE (source, external_id)
    ) STRICT;

    CREATE TABLE identity_group (
      source INTEGER NOT NULL,
      external_id TEXT NOT NULL,
      profile BLOB NOT NULL,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL,
      PRIMARY KEY (source, external_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE identity_membership (
      source INTEGER NOT NULL,
      external_id TEXT NOT NULL,
      group_id TEXT NOT NULL,
      PRIMARY KEY (source, external_id, group_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX identity_membership_group ON identity_membership (source, group_id, external_id);

    """

  // `phase` is set while the status is IN_PROGRESS. `swept` tells that uploads and staged rows are gone.
  // `content` is what `PackedRecords` packs.
  private static let sessions = """
    CREATE TABLE import_session (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      source INTEGER NOT NULL,
      origin TEXT NOT NULL,
      status TEXT NOT NULL,
      phase TEXT,
      is_full INTEGER NOT NULL CHECK (is_full IN (0, 1)),
      uploads INTEGER NOT NULL DEFAULT 0,
      records INTEGER NOT NULL DEFAULT 0,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL,
      triggered_ms INTEGER,
      report TEXT NOT NULL,
      swept INTEGER NOT NULL DEFAULT 0 CHECK (swept IN (0, 1))
    ) STRICT;
    CREATE INDEX import_session_source ON import_session (source, number);
    CREATE INDEX import_session_triggered ON import_session (source, triggered_ms);
    CREATE INDEX import_session_open ON import_session (updated_ms, source) WHERE status = 'CREATED';
    CREATE INDEX import_session_active ON import_session (triggered_ms, number, source)
      WHERE status IN ('TRIGGERED', 'IN_PROGRESS');
    CREATE INDEX import_session_unswept ON import_session (number)
      WHERE swept = 0 AND status IN ('COMPLETED', 'CLOSED', 'EXPIRED', 'ERROR');

    CREATE TABLE import_upload (
      id INTEGER PRIMARY KEY,
      session INTEGER NOT NULL,
      number INTEGER NOT NULL,
      kind TEXT NOT NULL,
      records INTEGER NOT NULL,
      content BLOB NOT NULL,
      UNIQUE (session, number)
    ) STRICT;

    """

  // What differs from the snapshot, until it is applied. `action`: 0 only memberships change, 1 attributes are merged,
  // 2 replaced, 3 the identity is deleted. For a group: 2 upserted, 3 deleted.
  private static let staging = """
    CREATE TABLE staged_identity (
      session INTEGER NOT NULL,
      external_id TEXT NOT NULL,
      action INTEGER NOT NULL CHECK (action BETWEEN 0 AND 3),
      profile BLOB NOT NULL,
      PRIMARY KEY (session, external_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE staged_membership (
      session INTEGER NOT NULL,
      external_id TEXT NOT NULL,
      group_id TEXT NOT NULL,
      is_member INTEGER NOT NULL CHECK (is_member IN (0, 1)),
      PRIMARY KEY (session, external_id, group_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE staged_group (
      session INTEGER NOT NULL,
      external_id TEXT NOT NULL,
      action INTEGER NOT NULL CHECK (action IN (2, 3)),
      profile BLOB NOT NULL,
      PRIMARY KEY (session, external_id)
    ) STRICT, WITHOUT ROWID;
    """
}
