// Puts the server's page into the frame of an output.
async function scenecastFrame(config) {
  const holder = document.getElementById(config.id);
  if (holder === null || holder.firstElementChild !== null) return;
  try {
    const frame = document.createElement("iframe");
    frame.allow = "fullscreen; clipboard-write; autoplay";
    frame.style.cssText = "width: 100%; height: 100%; border: 0; display: block";
    frame.src = `${await scenecastPlace(config)}${config.fragment}`;
    holder.append(frame);
  } catch (error) {
    holder.textContent = error.message;
    holder.style.height = "auto";
  }
}
