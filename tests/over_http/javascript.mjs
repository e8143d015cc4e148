// What test_javascript.py runs: each function is a test, called with a client and the name of a bucket.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import * as s3 from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const LARGE = Buffer.alloc(11 * 1024 * 1024, "abcdefg");

async function objects(client, Bucket) {
  const Key = "ä b/c+d & e'(*)!.txt";
  const put = await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: "text", Metadata: { colour: "blue" } }));
  assert.ok(put.ChecksumCRC32);
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
  assert.equal(await got.Body.transformToString(), "text");
  assert.deepEqual([got.Metadata.colour, got.ContentLength, got.ETag], ["blue", 4, put.ETag]);
  const part = await client.send(new s3.GetObjectCommand({ Bucket, Key, Range: "bytes=1-2" }));
  assert.deepEqual([await part.Body.transformToString(), part.ContentRange], ["ex", "bytes 1-2/4"]);
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  assert.ok(head.LastModified instanceof Date);
  assert.equal(head.ChecksumCRC32, put.ChecksumCRC32);
  await client.send(new s3.CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${encodeURIComponent(Key)}` }));
  await client.send(new s3.PutObjectTaggingCommand({ Bucket, Key: "copy", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }));
  const tags = await client.send(new s3.GetObjectTaggingCommand({ Bucket, Key: "copy" }));
  assert.deepEqual(tags.TagSet, [{ Key: "a", Value: "b" }]);
  const Objects = [{ Key }, { Key: "copy" }, { Key: "none" }];
  const deleted = await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  assert.equal(deleted.Deleted.length, 3);
}

async function checksums(_, Bucket) {
  // Without a buffer it sends a chunk for each piece, and S3 refuses chunks below 8 KiB.
  const client = new s3.S3Client({ forcePathStyle: true, requestStreamBufferSize: 65536 });
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"]) {
    const Body = Readable.from([Buffer.from("streamed "), Buffer.from("body")]);
    const put = await client.send(
      new s3.PutObjectCommand({ Bucket, Key: ChecksumAlgorithm, Body, ContentLength: 13, ChecksumAlgorithm }),
    );
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: ChecksumAlgorithm, ChecksumMode: "ENABLED" }));
    assert.equal(await got.Body.transformToString(), "streamed body");
    assert.ok(put[`Checksum${ChecksumAlgorithm}`]);
    assert.equal(got[`Checksum${ChecksumAlgorithm}`], put[`Checksum${ChecksumAlgorithm}`]);
  }
  const wrong = new s3.PutObjectCommand({ Bucket, Key: "wrong", Body: "text", ChecksumCRC32: "AAAAAA==" });
  await assert.rejects(client.send(wrong), { name: "BadDigest" });
}

async function uploads(client, Bucket) {
  const params = { Bucket, Key: "large", Body: Readable.from([LARGE]), ContentType: "text/x-odd" };
  const done = await new Upload({ client, params, partSize: 5 * 1024 * 1024, queueSize: 3 }).done();
  assert.ok(done.ETag.endsWith('-3"'));
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: "large" }));
  const digest = createHash("md5").update(await got.Body.transformToByteArray()).digest("hex");
  assert.equal(digest, createHash("md5").update(LARGE).digest("hex"));
  const second = await client.send(new s3.GetObjectCommand({ Bucket, Key: "large", PartNumber: 3 }));
  assert.deepEqual([second.ContentLength, second.PartsCount], [1024 * 1024, 3]);
  const aborted = new Upload({ client, params: { ...params, Key: "aborted", Body: LARGE } });
  setImmediate(() => aborted.abort());
  await assert.rejects(aborted.done(), { name: "AbortError" });
  const left = await client.send(new s3.ListMultipartUploadsCommand({ Bucket }));
  assert.ok((left.Uploads ?? []).length <= 1);
}

async function listings(client, Bucket) {
  const names = Array.from({ length: 1010 }, (_, n) => `d${n % 3}/${String(n).padStart(4, "0")}`);
  for (let n = 0; n < names.length; n += 50)
    await Promise.all(names.slice(n, n + 50).map((Key) => client.send(new s3.PutObjectCommand({ Bucket, Key, Body: "x" }))));
  const keys = [];
  for await (const page of s3.paginateListObjectsV2({ client }, { Bucket })) keys.push(...page.Contents.map((o) => o.Key));
  assert.deepEqual(keys, names.sort());
  const shallow = await client.send(new s3.ListObjectsV2Command({ Bucket, Delimiter: "/" }));
  assert.deepEqual(shallow.CommonPrefixes.map((p) => p.Prefix), ["d0/", "d1/", "d2/"]);
}

async function versions(client, Bucket) {
  const VersioningConfiguration = { Status: "Enabled" };
  await client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  for (const Body of ["one", "two"]) await client.send(new s3.PutObjectCommand({ Bucket, Key: "a", Body }));
  await client.send(new s3.DeleteObjectCommand({ Bucket, Key: "a" }));
  const listed = await client.send(new s3.ListObjectVersionsCommand({ Bucket }));
  assert.deepEqual([listed.Versions.length, listed.DeleteMarkers.length], [2, 1]);
  const VersionId = listed.Versions[1].VersionId;
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: "a", VersionId }));
  assert.equal(await got.Body.transformToString(), "one");
}

async function presigned(client, Bucket) {
  const put = await getSignedUrl(client, new s3.PutObjectCommand({ Bucket, Key: "a b" }), { expiresIn: 60 });
  assert.equal((await fetch(put, { method: "PUT", body: "signed" })).status, 200);
  const get = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: "a b" }), { expiresIn: 60 });
  assert.equal(await (await fetch(get)).text(), "signed");
  assert.equal((await fetch(get.replace("Expires=60", "Expires=61"))).status, 403);
  const Conditions = [["content-length-range", 1, 10]];
  const { url, fields } = await createPresignedPost(client, { Bucket, Key: "form/${filename}", Conditions });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob(["from a form"]), "too-large.txt");
  assert.equal((await fetch(url, { method: "POST", body: form })).status, 400);
  form.set("file", new Blob(["a form"]), "a.txt");
  assert.equal((await fetch(url, { method: "POST", body: form })).status, 204);
  await client.send(new s3.HeadObjectCommand({ Bucket, Key: "form/a.txt" }));
}

async function conditions(client, Bucket) {
  const put = await client.send(new s3.PutObjectCommand({ Bucket, Key: "a", Body: "1", IfNoneMatch: "*" }));
  const again = new s3.PutObjectCommand({ Bucket, Key: "a", Body: "2", IfNoneMatch: "*" });
  await assert.rejects(client.send(again), { name: "PreconditionFailed" });
  await client.send(new s3.PutObjectCommand({ Bucket, Key: "a", Body: "2", IfMatch: put.ETag }));
  const unchanged = new s3.GetObjectCommand({ Bucket, Key: "a", IfModifiedSince: new Date(Date.now() - 1000) });
  assert.equal((await client.send(unchanged)).ContentLength, 1);
  const { ETag } = await client.send(new s3.HeadObjectCommand({ Bucket, Key: "a" }));
  const same = client.send(new s3.GetObjectCommand({ Bucket, Key: "a", IfNoneMatch: ETag }));
  await assert.rejects(same, (error) => error.$metadata.httpStatusCode === 304);
}

async function waiters(client) {
  const Bucket = "made-by-javascript";
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  await s3.waitUntilBucketExists({ client, maxWaitTime: 10 }, { Bucket });
  await client.send(new s3.DeleteBucketCommand({ Bucket }));
  await s3.waitUntilBucketNotExists({ client, maxWaitTime: 10 }, { Bucket });
}

async function select(client, Bucket) {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: "a.csv", Body: "x,y\n1,2\n3,4\n" }));
  const { Payload } = await client.send(
    new s3.SelectObjectContentCommand({
      Bucket,
      Key: "a.csv",
      ExpressionType: "SQL",
      Expression: "SELECT s.y FROM s3object s",
      InputSerialization: { CSV: { FileHeaderInfo: "USE" } },
      OutputSerialization: { CSV: {} },
    }),
  );
  let text = "";
  for await (const event of Payload) text += event.Records ? new TextDecoder().decode(event.Records.Payload) : "";
  assert.equal(text, "2\n4\n");
}

async function errors(client, Bucket) {
  const missing = client.send(new s3.GetObjectCommand({ Bucket, Key: "none" }));
  await assert.rejects(missing, (error) => error instanceof s3.NoSuchKey && error.Key === "none");
  await assert.rejects(client.send(new s3.HeadObjectCommand({ Bucket, Key: "none" })), s3.NotFound);
  await assert.rejects(client.send(new s3.ListObjectsV2Command({ Bucket: "no-such-bucket-here" })), s3.NoSuchBucket);
  const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: "wrong" };
  const wrong = new s3.S3Client({ forcePathStyle: true, credentials });
  await assert.rejects(wrong.send(new s3.ListBucketsCommand({})), { name: "SignatureDoesNotMatch" });
}

const tests = { objects, checksums, uploads, listings, versions, presigned, conditions, waiters, select, errors };
const name = process.argv[2];
const client = new s3.S3Client({ forcePathStyle: true, maxAttempts: 1 });
const Bucket = `by-javascript-${name}`;
await client.send(new s3.CreateBucketCommand({ Bucket }));
await tests[name](client, Bucket);
console.log("all is well");
process.exit(); // bodies that were not read keep their connections
