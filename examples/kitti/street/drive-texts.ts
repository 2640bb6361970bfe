/** Owns the text files of a generated drive, letter by letter as those of the real ones. */

import type { CameraCalibration, RigidMotion } from "../read/calibration.ts";
import { OXTS_FIELDS, type OxtsRecord } from "../read/oxts.ts";
import type { Tracklet } from "../read/tracklets.ts";

const DAY_NANOSECONDS = 86_400_000_000_000n;

/** "2011-09-26 13:02:25.964389445". */
export function timestampText(nanoseconds: bigint): string {
  const milliseconds = Number(nanoseconds / 1_000_000n);
  const [date = "", time = ""] = new Date(milliseconds).toISOString().split("T");
  const fraction = String((nanoseconds % DAY_NANOSECONDS) % 1_000_000_000n).padStart(9, "0");
  return `${date} ${time.slice(0, 8)}.${fraction}`;
}

/** A line a frame; an empty one where the frame is missing. */
export function timestampsText(times: readonly (bigint | null)[]): string {
  return times.map((time) => `${time === null ? "" : timestampText(time)}\n`).join("");
}

export function rigidMotionText({ R, T }: RigidMotion, isOfCamera: boolean): string {
  const spare = isOfCamera ? `delta_f: ${numbers([0, 0])}\ndelta_c: ${numbers([0, 0])}\n` : "";
  return `calib_time: 26-Sep-2011 09:00:00\nR: ${numbers(R)}\nT: ${numbers(T)}\n${spare}`;
}

export function camToCamText(cameras: readonly (CameraCalibration | null)[]): string {
  const lines = cameras.flatMap((camera, at) => {
    if (camera === null) return [];
    const { S, K, D, R, T, SRect, RRect, PRect } = camera;
    const rows = { S, K, D, R, T, S_rect: SRect, R_rect: RRect, P_rect: PRect };
    return Object.entries(rows).map(([name, values]) => `${name}_0${at}: ${numbers(values)}\n`);
  });
  return `calib_time: 26-Sep-2011 09:00:00\ncorner_dist: ${numbers([0.0995])}\n${lines.join("")}`;
}

export function oxtsText(record: OxtsRecord): string {
  const whole = new Set<string>(["navstat", "numsats", "posmode", "velmode", "orimode"]);
  const text = OXTS_FIELDS.map((field) =>
    whole.has(field) ? String(record[field]) : String(Number(record[field].toPrecision(14))),
  );
  return `${text.join(" ")} \n`;
}

/** What dataformat.txt says, beside the records. */
export function dataFormatText(): string {
  return `${OXTS_FIELDS.map((field, at) => `${field}: value ${at + 1} of each record`).join("\n")}\n`;
}

/** A line a point, as in "extract". */
export function lidarText(points: Float32Array): string {
  const lines: string[] = [];
  for (let at = 0; at < points.length; at += 4) {
    const [x = 0, y = 0, z = 0, reflectance = 0] = points.subarray(at, at + 4);
    lines.push(`${x.toFixed(3)} ${y.toFixed(3)} ${z.toFixed(3)} ${reflectance.toFixed(2)}\n`);
  }
  return lines.join("");
}

export function trackletsText(tracklets: readonly Tracklet[]): string {
  const items = tracklets.map((tracklet, at) => itemText(tracklet, at === 0));
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<!DOCTYPE boost_serialization>
<boost_serialization signature="serialization::archive" version="9">
<tracklets class_id="0" tracking_level="0" version="0">
\t<count>${tracklets.length}</count>
\t<item_version>1</item_version>
${items.join("")}</tracklets>
</boost_serialization>

`;
}

/** Boost names a class where it comes first. */
function itemText({ objectType, h, w, l, firstFrame, poses }: Tracklet, isFirst: boolean): string {
  const names = (id: number, version: number) =>
    isFirst ? ` class_id="${id}" tracking_level="0" version="${version}"` : "";
  const lines = poses.map(
    ({ tx, ty, tz, rz, occlusion }, at) => `\t\t\t<item${at === 0 ? names(3, 1) : ""}>
\t\t\t\t<tx>${tx}</tx>
\t\t\t\t<ty>${ty}</ty>
\t\t\t\t<tz>${tz}</tz>
\t\t\t\t<rx>0</rx>
\t\t\t\t<ry>0</ry>
\t\t\t\t<rz>${rz}</rz>
\t\t\t\t<state>2</state>
\t\t\t\t<occlusion>${occlusion}</occlusion>
\t\t\t\t<occlusion_kf>0</occlusion_kf>
\t\t\t\t<truncation>0</truncation>
\t\t\t\t<amt_occlusion>-1</amt_occlusion>
\t\t\t\t<amt_occlusion_kf>-1</amt_occlusion_kf>
\t\t\t\t<amt_border_l>-1</amt_border_l>
\t\t\t\t<amt_border_r>-1</amt_border_r>
\t\t\t\t<amt_border_kf>-1</amt_border_kf>
\t\t\t</item>
`,
  );
  return `\t<item${names(1, 1)}>
\t\t<objectType>${objectType}</objectType>
\t\t<h>${h}</h>
\t\t<w>${w}</w>
\t\t<l>${l}</l>
\t\t<first_frame>${firstFrame}</first_frame>
\t\t<poses${names(2, 0)}>
\t\t\t<count>${poses.length}</count>
\t\t\t<item_version>2</item_version>
${lines.join("")}\t\t</poses>
\t\t<finished>1</finished>
\t</item>
`;
}

/** As printf's %e. */
function numbers(values: readonly number[]): string {
  return values.map((value) => value.toExponential(9).replace(/e([+-])(\d)$/, "e$10$2")).join(" ");
}
