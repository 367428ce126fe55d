import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"

/** Reads what `initdb` or `postgres` said into a reason; its words themselves are not passed on. */
export const serverFailed = (problem: string, said: string, logFile?: string): DatabaseUnavailable => {
  if (/no space left on device|disk quota exceeded/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "DiskFull",
      problem: `${problem}: no space left on the disk`,
      mend: "Free some space, or set ATHENA_DATA_DIR to a folder on another disk"
    })
  }
  if (/could not look up effective user id/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "ServerFailed",
      problem: `${problem}: this process's user id has no entry in /etc/passwd, and PostgreSQL needs one`,
      mend: "Add a user with that id, or set DATABASE_URL"
    })
  }
  if (/permission denied|operation not permitted|read-only file system/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: `${problem}: permission denied`,
      mend: "Check the owner and mode of the data folder, or set ATHENA_DATA_DIR to another one"
    })
  }
  if (/has (invalid permissions|wrong ownership)/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: `${problem}: its owner or mode is not as PostgreSQL demands`,
      mend: "Set ATHENA_DATA_DIR to a folder on a file system that keeps owners and modes"
    })
  }
  if (/shared memory|could not create semaphores/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "ServerFailed",
      problem: `${problem}: the system grants too little shared memory`,
      mend: "Give the container more shared memory (docker run --shm-size=256m), or set DATABASE_URL"
    })
  }
  if (/error while loading shared libraries|cannot execute|exec format/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "NoBinary",
      problem: `${problem}: its programs don't run on this system`,
      mend: "Install the dependencies again, or set DATABASE_URL"
    })
  }
  return new DatabaseUnavailable({
    reason: "ServerFailed",
    problem,
    mend: logFile === undefined ? "Set ATHENA_DATA_DIR to another folder, or set DATABASE_URL" : `See ${logFile}`
  })
}
