/** Where the console is. */
export const paths = {
  page: "/console",
  login: "/console/login",
  logout: "/console/logout",
  redrive: "/console/redrive"
} as const
