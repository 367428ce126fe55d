/**
 * What to do about a failed statement, by the SQLSTATE that the server sent or else the kind of the failure; ends with a
 * full stop. None for a failure that only a program can have caused.
 */
export const mendOf = (failure: {
  readonly kind?: string | undefined
  readonly sqlState?: string | undefined
}): string | undefined => {
  const { kind, sqlState = "" } = failure
  switch (sqlState) {
    case "42501":
      return "Grant the database's user what it lacks: CREATE on the database to migrate, USAGE on the schemas and rights on their tables to work."
    case "25006":
      return "The server takes no writes (a standby, or default_transaction_read_only): use its primary."
    case "42P06":
    case "42P07":
      return "Another program has put things of the same name there: choose another database."
    case "53100":
      return "The server's disk is full: free some space and run again. What was committed stays."
    case "58030":
      return "The server can't read or write its files: look at its disk and its log, and run again. What was committed stays."
    case "53300":
      return "The server has no connection left: close other programs' or raise max_connections, and run again. What was committed stays."
  }
  // 08 connection, 57P going down or starting up.
  return kind === "ConnectionError" || /^(08|57P)/.test(sqlState)
    ? "Check that the database is up, and run again. What was committed stays."
    : undefined
}
