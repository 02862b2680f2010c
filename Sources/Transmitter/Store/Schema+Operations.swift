extension Schema {
  // What operators look deliveries up by, and what they are told of each.
  // `attempt` has the attempts that were no plain success; a success is told by the delivery itself. `answer` is how
  // the receiver's answer began.
  // `delivery_letter` and `delivery_letter_age` hold the dead and the expired alone, and `delivery_age` what was
  // settled otherwise: the two are kept for different times. All are appended to, or rarely written: measured
  // together with `event_txn`, some 1.5 µs and a tenth of a page for each delivery.
  // `replayed_ms` is the last replay, from which the horizon counts anew; `discard_reason` is the operator's.
  static let operations = """
    CREATE TABLE attempt (
      delivery INTEGER NOT NULL,
      number INTEGER NOT NULL,
      ended_ms INTEGER NOT NULL,
      code TEXT NOT NULL,
      status INTEGER,
      answer BLOB NOT NULL,
      PRIMARY KEY (delivery, number)
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE delivery ADD COLUMN replayed_ms INTEGER;
    ALTER TABLE delivery ADD COLUMN discard_reason TEXT;

    CREATE INDEX event_txn ON event (txn);
    CREATE INDEX delivery_event ON delivery (event_id);
    CREATE INDEX delivery_letter ON delivery (stream, event_id) WHERE state IN (2, 3);
    CREATE INDEX delivery_letter_age ON delivery (settled_ms) WHERE state IN (2, 3);
    CREATE INDEX delivery_age ON delivery (settled_ms) WHERE state IN (1, 4);
    """
}
