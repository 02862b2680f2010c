-- The tables of schema 9 with identity sources at 1, as a release with these made them.
CREATE TABLE client (
  id TEXT PRIMARY KEY,
  description TEXT,
  audience TEXT,
  scopes TEXT NOT NULL,
  created_ms INTEGER NOT NULL
, jwks TEXT, jwks_uri TEXT) STRICT, WITHOUT ROWID;
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
CREATE TABLE signing_key (
  kid TEXT PRIMARY KEY,
  algorithm TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retiring')),
  sealed BLOB NOT NULL,
  created_ms INTEGER NOT NULL
, purpose TEXT NOT NULL DEFAULT 'set' CHECK (purpose IN ('set', 'token')), since_ms INTEGER NOT NULL DEFAULT 0, until_ms INTEGER) STRICT, WITHOUT ROWID;
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
, quiet_until_ms INTEGER, horizon_ms INTEGER, rate_limit INTEGER, client_certificate TEXT, client_key BLOB) STRICT;
CREATE TABLE stream_totals (
  stream INTEGER PRIMARY KEY REFERENCES stream (number),
  accepted INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  dead INTEGER NOT NULL DEFAULT 0,
  expired INTEGER NOT NULL DEFAULT 0,
  dropped INTEGER NOT NULL DEFAULT 0
) STRICT;
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
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  members TEXT NOT NULL,
  txn TEXT NOT NULL,
  accepted_ms INTEGER NOT NULL
, origin TEXT) STRICT;
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
  settled_ms INTEGER, replayed_ms INTEGER, discard_reason TEXT, charged INTEGER NOT NULL DEFAULT 0,
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
CREATE UNIQUE INDEX signing_key_active ON signing_key (purpose, algorithm) WHERE state = 'active';
CREATE TABLE client_secret (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX secret_of_client ON client_secret (client_id);
CREATE TABLE used_assertion (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertion_end ON used_assertion (expires_ms);
CREATE TABLE attempt (
  delivery INTEGER NOT NULL,
  number INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL,
  code TEXT NOT NULL,
  status INTEGER,
  answer BLOB NOT NULL,
  PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_txn ON event (txn);
CREATE INDEX delivery_event ON delivery (event_id);
CREATE INDEX delivery_letter ON delivery (stream, event_id) WHERE state IN (2, 3);
CREATE INDEX delivery_letter_age ON delivery (settled_ms) WHERE state IN (2, 3);
CREATE INDEX delivery_age ON delivery (settled_ms) WHERE state IN (1, 4);
CREATE TABLE withdrawn_key (
  kid TEXT PRIMARY KEY,
  withdrawn_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  entry TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  time TEXT NOT NULL,
  actor TEXT NOT NULL,
  target TEXT NOT NULL
) STRICT;
CREATE INDEX audit_time ON audit (time);
CREATE INDEX audit_actor ON audit (actor, time);
CREATE INDEX audit_target ON audit (target, time);
CREATE TABLE audit_chain (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  begin_seq INTEGER NOT NULL,
  begin_hash BLOB NOT NULL CHECK (length(begin_hash) = 32),
  head_seq INTEGER NOT NULL,
  head_hash BLOB NOT NULL CHECK (length(head_hash) = 32)
) STRICT;
CREATE INDEX stream_deleted ON stream (deleted_ms) WHERE deleted_ms IS NOT NULL;
CREATE TABLE schema_part (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
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
PRAGMA application_id = 0x53534654;
PRAGMA user_version = 9;
