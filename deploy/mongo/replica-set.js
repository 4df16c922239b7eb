// Makes the replica set, once; saying it again changes nothing. Run by mongosh as root:
//   mongosh "mongodb://root:…@HOST/admin" replica-set.js
// MONGO_MEMBERS names the members, e.g. "mongo-0:27017,mongo-1:27017,mongo-2:27017".
const members = process.env.MONGO_MEMBERS.split(",").map((host, _id) => ({ _id, host }));
try {
  rs.status();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  rs.initiate({ _id: "rs0", members });
}
while (!db.hello().isWritablePrimary) sleep(500);
// What a driver does not ask for itself is acknowledged by the majority.
db.adminCommand({
  setDefaultRWConcern: 1,
  defaultWriteConcern: { w: "majority", wtimeout: 10000 },
  defaultReadConcern: { level: "majority" },
});
