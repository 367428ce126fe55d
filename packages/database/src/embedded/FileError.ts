import { Predicate } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"

/** What a failed file operation under `where` means to whoever runs the program. */
export const fileError = (error: unknown, where: string): DatabaseUnavailable => {
  const code = Predicate.hasProperty(error, "code") && typeof error.code === "string" ? error.code : "unknown"
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new DatabaseUnavailable({
        reason: "DiskFull",
        problem: `There is no space left for ${where}`,
        mend: "Free some space, or set ATHENA_DATA_DIR to a folder on another disk"
      })
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new DatabaseUnavailable({
        reason: "FolderUnusable",
        problem: `${where} can't be written (${code})`,
        mend: "Give this user the right to write there, or set ATHENA_DATA_DIR to another folder"
      })
    case "EEXIST":
    case "ENOTDIR":
      return new DatabaseUnavailable({
        reason: "FolderUnusable",
        problem: `${where} is a file, or lies below one (${code})`,
        mend: "Set ATHENA_DATA_DIR to a folder"
      })
    default:
      return new DatabaseUnavailable({
        reason: "FolderUnusable",
        problem: `${where} can't be used as a data folder (${code})`,
        mend: "Set ATHENA_DATA_DIR to a folder that can be created or written"
      })
  }
}
