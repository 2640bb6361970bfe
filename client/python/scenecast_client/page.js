// Runs in the notebook's page: finds out how the server is reached from there. `config` is made by display.py.
async function scenecastPlace(config) {
  const isLoopback = (name) => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(name);
  const deadline = () => AbortSignal.timeout(4000);
  const direct = new URL(config.direct);
  if (isLoopback(location.hostname) ? isLoopback(direct.hostname) : config.isOpen) direct.hostname = location.hostname;
  // A server of another machine's loopback is not to be looked for on this one.
  const isHere = isLoopback(location.hostname) || !isLoopback(direct.hostname);
  const answers = async (address, isOwn) => {
    try {
      // Another origin's answer cannot be read, only that there is one.
      const answer = await fetch(`${address}healthz`, {
        mode: isOwn ? "same-origin" : "no-cors",
        cache: "no-store",
        signal: deadline(),
      });
      return !isOwn || "ok" in (await answer.json());
    } catch {
      return false;
    }
  };
  const places = [];
  if (isHere && !config.isRemote) places.push([direct.href, false]);
  if (config.proxied) places.push([new URL(config.proxied, location.href).href, true]);
  for (const [address, isOwn] of places) {
    if (await answers(address, isOwn && new URL(address).origin === location.origin)) return address;
  }
  throw new Error(
    `This page reaches port ${direct.port} of the machine where Python runs neither directly nor through Jupyter. ` +
      "Install jupyter-server-proxy where Jupyter runs, or forward the port too " +
      `(ssh -L ${direct.port}:127.0.0.1:${direct.port} …), then run the cell again.`,
  );
}
