/** Owns what of our environment the programs that we start are given. */

/** For the main process alone; scenes and tunnels have no business with them. */
const secrets = ["SCENECAST_TOKEN", "NGROK_AUTHTOKEN", "TURN_SECRET", "SCENECAST_OUTPUT"] as const;

/** Our environment without our secrets, but for one that the program needs; and quiet, unless it says otherwise. */
export function childEnvironment(needed: (typeof secrets)[number] | null = null): NodeJS.ProcessEnv {
  const hidden = secrets.filter((name) => name !== needed).map((name) => [name, undefined]);
  // SVT-AV1 would write a screen full for each encoder; what matters comes back as errors.
  return { SVT_LOG: "0", ...process.env, ...Object.fromEntries(hidden) };
}
