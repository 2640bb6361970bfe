// The module of the widget (anywidget's front-end module): the server's own element, in the output's document.
async function render({ model, el }) {
  const config = model.get("config");
  el.style.height = config.height;
  try {
    const place = await scenecastPlace(config);
    await import(`${place}scenecast.js`);
    const cast = document.createElement("scene-cast");
    cast.setAttribute("src", place);
    if (config.token !== null) cast.token = config.token;
    cast.setAttribute("controls-panel", "");
    cast.style.cssText = "width: 100%; height: 100%";
    el.append(cast);
    return () => cast.remove();
  } catch (error) {
    el.textContent = error.message;
    el.style.height = "auto";
  }
}

export default { render };
