/** Owns the icons of panels, made without a line of HTML, which strict pages refuse. */

const SVG = "http://www.w3.org/2000/svg";

const icons = {
  chevron: ["m9 6 6 6-6 6"],
  sliders: [
    "M4 8h7M17 8h3M4 16h3M13 16h7",
    "M16.5 8a2.5 2.5 0 1 1-5 0a2.5 2.5 0 1 1 5 0",
    "M12.5 16a2.5 2.5 0 1 1-5 0a2.5 2.5 0 1 1 5 0",
  ],
} as const;

export function panelIcon(name: keyof typeof icons): SVGElement {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("class", `icon ${name}`);
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  for (const line of icons[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    icon.append(path);
  }
  return icon;
}
