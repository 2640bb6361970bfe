/** Owns which names of hosts mean this machine alone. Pure. */

/** Whether only this machine reaches what listens on `host`. */
export function isLoopback(host: string): boolean {
  const name = bareHost(host).replace(/^::ffff:(?=127\.)/, "");
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

export function bareHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
}
