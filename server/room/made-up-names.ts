/** Owns the names of people who gave none: calm ones, of two words. Pure. */

const adjectives = [
  ..."Amber Autumn Azure Birch Calm Cedar Cloudy Coral Crimson Dusky Early Fern Forest Frosty Gentle Golden".split(" "),
  ..."Green Hazel Indigo Ivory Jade Lilac Maple Meadow Misty Mossy Ocean Olive Pearl Quiet River Rosy".split(" "),
  ..."Ruby Sandy Silver Snowy Sunny Teal Violet Willow".split(" "),
];

const animals = [
  ..."Badger Beaver Bison Crane Deer Dolphin Dove Duck Eagle Falcon Finch Fox Gazelle Goose Hare Hawk".split(" "),
  ..."Hedgehog Heron Ibis Kestrel Koala Lark Lemur Lynx Magpie Marten Moose Otter Owl Panda Penguin Plover".split(" "),
  ..."Puffin Raven Robin Seal Sparrow Swan Tortoise Wren".split(" "),
];

/** How many there are. */
export const madeUpNameCount: number = adjectives.length * animals.length;

/** The name with this index, from 0; neighbours share no word. */
export function madeUpName(index: number): string {
  const row = Math.floor(index / animals.length) % adjectives.length;
  // The shift makes each pair come up once, though both words change at every step.
  const animal = animals[(index + row) % animals.length] ?? "";
  return `${adjectives[index % adjectives.length] ?? ""} ${animal}`;
}
