/** Owns what of our environment the programs that we start are given. */

/** For the main process alone; scenes and tunnels have no business with them. */
const secrets = ["SCENECAST_TOKEN", "NGROK_AUTHTOKEN", "TURN_SECRET", "SCENECAST_OUTPUT"] as const;

/** Our environment without our secrets, but for one that the program needs. */
export function childEnvironment(needed: (typeof secrets)[number] | null = null): NodeJS.ProcessEnv {
  const hidden = secrets.filter((name) => name !== needed).map((name) => [name, undefined]);
  return { ...process.env, ...Object.fromEntries(hidden) };
}
