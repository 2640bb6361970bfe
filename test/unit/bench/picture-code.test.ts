import { expect, it } from "vitest";
import { FIELDS, fieldsOf, PICTURES, pictureIn, STRIP } from "../../bench/picture-code.ts";

const size = { width: 200, height: 100 };

function drawn(fields: readonly boolean[]): Uint8Array {
  return Uint8Array.from({ length: size.width * size.height }, (_, at) => {
    const isFields = Math.floor(at / size.width) >= size.height * (1 - STRIP);
    const field = Math.floor(((at % size.width) * FIELDS) / size.width);
    return isFields && fields[field] ? 220 : 30;
  });
}

it("reads from a picture which one it is", () => {
  const read = Array.from({ length: PICTURES }, (_, picture) => pictureIn(drawn(fieldsOf(picture)), size));
  expect(read).toEqual([...Array(PICTURES).keys()]);
});

it("does not take a mixture of two pictures for one", () => {
  const mixed = fieldsOf(5).map((isWhite, field) => (field < 3 ? isWhite : fieldsOf(18)[field] === true));
  expect(pictureIn(drawn(mixed), size)).toBe(null);
});
