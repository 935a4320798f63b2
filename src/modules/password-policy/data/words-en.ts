/** Plain English words for passphrases: 4 to 8 letters a to z, so that they type alike on every keyboard. */
export const ENGLISH_WORDS = `
absorb accept achieve acorn acrobat actor adapt admire advise agenda agree airport alarm album alley almond alphabet alpine
amber amount anchor angle ankle answer antler anvil apple apricot apron arcade arch arctic arena armchair arrange arrive arrow
article artist ascent aspen asphalt athlete atlas attic aunt author autumn avenue awning bacon badge badger bagel bake baker
bakery balance balanced balcony ballad ballet balloon bamboo banana bandage banjo banner banquet barber barley barn barrel
basil basin basket battery beach beacon beaker bean beard become bedroom beech beehive beetle begin bell belong belt bench
berry bicycle birch bird biscuit bison blanket blizzard blossom blouse bluebell board boat bobbin boiler bolt bonfire bonus
book bookcase boot border borrow bottle boulder bounce bouquet bowl bowtie bracelet branch brass bread breathe breeze brick
bridge briefing bright bring brisk broccoli bronze brook broom brother brush bubble bucket buckle budget buffalo buffet build
builder bulb bundle bungalow bunker burger burrow bush butter button cabbage cabin cabinet cable cactus cake calendar calm
camel camera camp campfire canal canary candle candy canoe canopy canteen canvas canyon cape captain caramel caravan carbon
cardigan careful cargo carnival carpet carriage carrot carry cartoon cascade cashew castle catalog catch catfish cattle cavern
cedar ceiling celery cellar cello cement center century cereal chain chair chalk chamber channel chapel chapter charcoal chart
cheddar cheerful cheese cheetah cherry chess chestnut chicken chimney chisel choose chorus cider cinema cinnamon circle circus
citizen citrus city clam clarinet classic clay clean clear cliff climate climb cloak clock cloth cloud clover coach coast coat
cobalt cobbler cocoa coconut coffee coin collar collect collie colony color column comet comfort comma compare compass concert
concrete connect cook copper coral cord cork corner cottage cotton couch cougar count counter country county coupon courier
cousin cover cowboy crab cradle crane crater crayon cream create creek crescent cricket crocus crossing crow crown cruise
crumb crystal cube cuckoo cucumber culture cupboard curious curtain curve cushion custard cyclist cylinder daffodil dairy
daisy dance dawn daylight decide deck deer deliver delta denim depot describe desert design desk dessert detail diagram dial
diamond diary dice dinner diploma disco discover dish diver divide dock doctor dolphin domino donkey door doorbell doorway
double dough dove downtown dragon draw drawer dream dress drill drink drive driver drizzle drum duck dune dusk dust eager
eagle early earring earth easel east easy echo eclipse editor elbow elephant elevator eleven ember emerald engine engineer
enjoy enter envelope equal equator escort essay evening event exhibit expert explore express fabric factory fair faithful
falcon family famous farm farmer farmyard fast fasten father faucet feather fence fennel fern ferry festival fetch fiber
fiddle field figure fill filter find finger finish fire firefly fireside fish flag flame flamingo flannel flask fleet flight
flint float flock floor florist flour flower flute foam fold folder follow forest fork fortress forward fossil fountain frame
freckle freezer fresh fridge friend friendly frog frost fruit fudge full furnace futon galaxy gallery gallon garage garden
garlic garment garnet gate gather gazelle gear gecko gemstone general gentle geyser giant ginger giraffe give glacier glad
glass glider globe glove goblet gold golden goldfish golf gondola goose gorge gospel grain grand granite grape graph grass
grateful gravel gravity gravy great green greeting griddle grill grocer groove ground grove grow guest guide guitar gull
gymnast habitat hail hallway hammer hammock hamster handle handy happy harbor harmony harp harvest hatch hawk hazel heal heart
heater heather hedge hedgehog helmet helpful herald herb heron herring hickory hidden high highway hill hippo history hobby
hockey holiday holly honest honey hood hook hopeful horizon horn horse hose hotel hour house huge humble hummus hunter hurdle
husky iceberg icicle igloo imagine improve inch include indigo infant inlet insect invite island ivory jacket jaguar jasmine
jazz jeans jelly jersey jewel jigsaw join jolly journal journey judge juggler juice jumper jungle juniper kangaroo kayak keep
keeper kennel ketchup kettle keyboard kilogram kimono kind kingdom kiosk kitchen kite kitten kiwi knee knight knitting knot
koala label lace ladder ladle lagoon lake lamb lamp landing lantern lapel laptop large lark lasagna lasso latch laugh laundry
lava lavender lawn lead leaf league learn leather lecture leek left legend lemon lemonade lend lens leopard lesson letter
lettuce level library light lighter likely lilac lily lime linen lion listen little lively lizard llama lobster locker locket
lodge logbook long lotus loud lounge lovely loyal lucky lumber lunch lupine lute lynx macaroni machine magazine magic magnet
magnolia mailbox mammoth mandolin mango manor mansion mantle maple marathon marble march margin marigold marina market marlin
maroon marsh mask mason mast mattress meadow meal medal mellow melody melon member memo mend menu merchant mermaid merry metal
meteor metro middle midnight mighty mile milk mill mineral minnow mint minute mirror mission mist mitten mixer moat mocha
model modern modest molecule moment monarch money monitor monsoon month monument moon moose morning mortar mosaic moss motel
mother motor mountain mouse mudguard muffin mulberry mural museum mushroom music musician mustang mustard nail napkin narrator
nation native nature navy neat nebula necklace needle neighbor nephew nest nettle network newborn nickel niece night noble
nomad noodle noon north notebook notice nougat novel number nurse nursery nutmeg oasis oatmeal obey oboe observe ocean octagon
octave october octopus office olive omelet onion onyx opal open opera orange orbit orchard orchid order organ origami ornament
osprey ostrich otter outfit outpost oven overcoat oxygen oyster package paddle page pageant pail paint painter pair pajamas
palace palette palm pancake panda panel panther pantry papaya paper paprika parade parasol parcel parent park parlor parrot
parsley parsnip partner party passage pasta pastry pasture path patient patio pattern pavement pavilion peach peacock peak
peanut pearl pebble pecan pedal pelican pencil pendant penguin peony people pepper perfect perfume person petal petunia pewter
pheasant phone photo physics pianist piano pick pickle picnic picture pier pigeon pillar pillow pilot pine pioneer pipe pirate
pitcher pizza plain planet plank plant plaster plate platform platinum play plaza pleasant plenty plow plum plumber pocket
podium poem poet polar police polite pollen pond pony popcorn poplar poppy porch porridge portrait postcard poster potato
pottery pour powder prairie precise prepare presence present pretty pretzel prince print prism problem profile project prophet
proud prove provide province prune puddle puffin pull pulley pullover pumpkin puppet puppy purple push puzzle pyramid python
quarry quartz queen question quick quiet quilt quiver quiz rabbit raccoon racket radar radiator radio radish raft railway rain
rainbow raincoat raisin ranch ranger rapid raven ravine razor reach reactor read ready real receive recipe record recorder
redwood reef referee region reindeer relay relish remember repair repeat reply report reptile resort return reward rhubarb
rhyme rhythm ribbon rice riddle rider ridge ring ripe ripple rise river road roast robin robot robust rocket rodeo roller
romance roof room rooster root rope rose rosemary rotor round rowboat royal ruby rudder ruler rumble runner runway rural
saddle safari saffron sage sail sailboat sailor salad salami salmon salsa salt sample sand sandal sandbox sandwich sandy
sapphire satchel saturn sauce sauna sausage savanna save sawmill scale scallop scarf scenery scholar school science scissors
scooter scout screen script sculptor seafood seagull seal season seat seaweed second secret seed seek select semester senate
send sequel serene sesame seven shadow shampoo share shark sharp shed sheep shelf shell shelter shepherd sheriff shield shine
shingle shiny ship shirt shoe shop shore shoulder shovel shower shrimp shrub shuttle sidewalk signal silent silk silver simple
sing singer siren sister sixteen skate skater skeleton sketch skillful skirt skylight slate sled sleek sleeve slender slice
slide slipper small smart smile smooth smoothie snack snail snorkel snow snowball snowfall soap soccer sock sofa soft soil
solid solstice solve song sort sound soup south spaniel spare spark sparkle sparrow spatula speak speaker special spice spider
spinach spiral splendid sponge spoon sport spread spring sprinkle sprout spruce square squid squirrel stable stadium stage
stair stamp stand staple star starfish start station statue steady steam steel steeple stencil step stereo stew sticker stir
stone storage store stork storm story stove straight straw stream street string stripe strong student studio study sturdy
subway sugar suit suitcase summer summit sunday sundial sunlight sunny sunrise sunset sure surface surfer surgeon swallow
swamp swan sweater sweet swift swim swimmer swing switch symbol symphony syrup system table tablet tackle tailor talent tall
tambour tango tapestry target tartan taxi teach teacher teacup teapot teaspoon telegram tell temple tender tennis tent terrace
thank theater theme thicket thimble think thirteen thirty thistle thread thrive throne thumb thunder thyme ticket tide tidy
tiger tile timber timer tinsel tiny toast toaster toffee together tomato tonic tool topaz torch tornado tortoise total totem
toucan tourist towel tower town trace track tractor trade trader traffic trail train trainer trapeze travel traveler tray
treasure treaty tree trellis trench triangle tricycle trio trolley trombone trophy tropic trouser trout truck true trumpet
trunk trust tuba tugboat tulip tuna tundra tunnel turban turbine turkey turn turnip turtle tuxedo twelve twenty twig twilight
twin umbrella uncle unicorn uniform unique universe uplands upper urchin useful usual utensil vacation valley value vanilla
vapor vase vast vault vehicle veil velvet vendor veranda verse vessel vest veteran viaduct victory video view village vine
vinegar vineyard vintage viola violet violin visa visit visitor vista vitamin vivid voice volcano volume voter voyage waffle
wagon waiter wake walk wallaby wallet walnut walrus waltz warden wardrobe warm wash watch water wave weather weave weaver
wedding weekend welcome well west wharf wheat wheel whisker whistle whole wicker wide wild willow wind windmill window winner
winter wire wisdom wise witty wizard wolf wombat wonder wood woodland wool word work workshop world wrap wreath wren wrench
wrist write writer yacht yard yarn year yellow yogurt yolk young zebra zenith zephyr zeppelin zipper zither zone
`
