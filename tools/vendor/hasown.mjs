// Object.hasOwn arrived in Chrome 93; the page must run on 90. The build puts this in its place.
/** @param {object} object @param {PropertyKey} key */
export function hasOwn(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key);
}
