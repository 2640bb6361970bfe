/**
 * Owns how rooms are called: by the name under `/s/`, "" for the shared room. On a server of several scenes the name of the scene
 * and a slash stand before it: "spheres/" is the shared room of the scene "spheres", "spheres/hall" another, and "spheres/*", where
 * a link says where it leads, every room of it. Pure.
 */

const name = 'letters, digits, "-" and "_"';
export const roomRule: string = `a name of 1 to 64 ${name}, or "" for the shared room; of several scenes with the scene's name and a slash before it`;
export const linkedRoomRule: string = `${roomRule}, and "*" for every room of that scene`;

export function isRoom(value: unknown): value is string {
  return typeof value === "string" && /^(?:[\w-]{1,64}\/)?[\w-]{0,64}$/.test(value);
}

/** Whether a link may lead to it alone. */
export function isLinkedRoom(value: unknown): value is string {
  return isRoom(value) || (typeof value === "string" && /^[\w-]{1,64}\/\*$/.test(value));
}

/** Whether what may lead to `linked` alone, or everywhere where that is null, leads to a room. */
export function leadsTo(linked: string | null, room: string): boolean {
  if (linked === null || linked === room) return true;
  return linked.endsWith("/*") && room.startsWith(linked.slice(0, -1));
}

/** The scene in the name of a room; "" on a server of one scene. */
export function sceneOf(room: string): string {
  return room.slice(0, Math.max(0, room.indexOf("/")));
}

/** The name under `/s/` in the name of a room. */
export function nameInScene(room: string): string {
  return room.slice(room.indexOf("/") + 1);
}

/** The name of a room of a scene. */
export function roomIn(scene: string, name: string): string {
  return scene === "" ? name : `${scene}/${name}`;
}

/** Where the page of a room lies below the server's, without a slash before it. */
export function pathOf(room: string): string {
  const [scene, name] = [sceneOf(room), nameInScene(room)];
  const folder = scene === "" ? "" : `${scene}/`;
  return name === "" || name === "*" ? folder : `${folder}s/${name}/`;
}
