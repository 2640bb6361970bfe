/**
 * What became of the link: made now, there already, not made because the system has no Vulkan loader, or of no use on
 * this platform.
 */
export type VulkanLink = "linked" | "there" | "no-loader" | "not-needed";

/**
 * Links the system's Vulkan loader into gl's folder, so that gl can draw with Vulkan. Call it before gl is loaded.
 * Does nothing if the link is there. Throws the file system's error where the folder cannot be written.
 *
 * @param glDirectory The folder of the package `gl`.
 */
export function linkVulkanLoader(glDirectory: string): VulkanLink;

/** The path of a shared library of this machine's architecture, or null where none is found. */
export function findSharedLibrary(name: string): string | null;
